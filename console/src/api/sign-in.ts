import { call } from './call';
import { session } from './session.svelte';

const ADDRESS = '/console/session';

/** Finds out who calls: by the cookie of a session, or everybody, where nobody is asked for a key. @throws Refused, Away */
export async function enter(): Promise<void> {
  session.begin(await call('GET /caller', {}));
}

/** Signs in with a pasted key or access token. @throws Refused, Away */
export async function signIn(pasted: string): Promise<void> {
  const key = pasted.replace(/^\s*Bearer\s+/i, '').trim();
  session.key = key;
  const caller = await call('GET /caller', {});
  if (await isKept(key)) session.key = null;
  session.begin(caller);
}

/** What people know the identity provider by at which they can sign in; null: there is none, or the service does not answer. */
export async function findProvider(): Promise<string | null> {
  try {
    const { provider } = (await (await fetch(ADDRESS)).json()) as { provider?: string | null };
    return provider ?? null;
  } catch {
    return null;
  }
}

/** The address that leads to the identity provider, and from there to an address of the console. */
export function addressOfSignIn(to: string): string {
  return `/console/sign-in?${new URLSearchParams({ to }).toString()}`;
}

/** Forgets the key, here and in the cookie. Who signed in at the identity provider signs out there, too. */
export async function signOut(): Promise<void> {
  session.signOut();
  try {
    const ended = await fetch(ADDRESS, { method: 'DELETE' });
    const { leads_to: address } = (await ended.json()) as { leads_to?: string | null };
    if (address) window.location.assign(address);
  } catch {
    // Without the service nobody can be signed in.
  }
}

/** Whether the browser keeps it in a cookie that no script can read: it does not without TLS, but on this machine. */
async function isKept(key: string): Promise<boolean> {
  try {
    const kept = await fetch(ADDRESS, { method: 'POST', headers: { authorization: `Bearer ${key}` } });
    return kept.ok && (await fetch('/api/v1/caller')).ok;
  } catch {
    return false;
  }
}

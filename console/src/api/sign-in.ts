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

/** Forgets the key, here and in the cookie. */
export async function signOut(): Promise<void> {
  session.signOut();
  await fetch(ADDRESS, { method: 'DELETE' }).catch(() => undefined);
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

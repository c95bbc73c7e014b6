import { call } from './call';
import { session } from './session.svelte';

/** Finds out who calls: without a key everybody, where nobody is asked for one. @throws Refused, Away */
export async function enter(): Promise<void> {
  session.begin(await call('GET /caller', {}));
}

/** Signs in with a pasted key or access token. @throws Refused, Away */
export async function signIn(pasted: string): Promise<void> {
  session.key = pasted.replace(/^\s*Bearer\s+/i, '').trim();
  await enter();
}

/** Forgets the key. */
export function signOut(): void {
  session.signOut();
}

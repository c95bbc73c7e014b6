/**
 * Why somebody is not signed in; the console has words for each. `cancelled`: the person did not agree at the provider. `over`: the
 * attempt took too long, or was not begun in this browser. `no_role`: the person has no role here. `too_long`: no cookie can
 * keep the access token. `unavailable`: the provider, or the database, does not answer.
 */
export type SignInFault = 'cancelled' | 'over' | 'failed' | 'no_role' | 'too_long' | 'unavailable';

/** Somebody cannot be signed in. Its message is for the log, and has nothing of a person or a token in it. */
export class SignInError extends Error {
  constructor(
    readonly fault: SignInFault,
    reason: string,
  ) {
    super(reason);
  }
}

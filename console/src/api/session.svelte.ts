import type { CallerResponse, Problem } from './schema';

export type Scope = CallerResponse['scopes'][number];

/** What is true of every service until this one has said what it is. */
const UNKNOWN = { currency: 'COP', time_zone: 'America/Bogota', version: '' };

/** Who is signed in. A pasted key is in a cookie that no script can read, or else in the memory of this page alone. */
class Session {
  /** Who it is, or was: what is shown stays behind the question for another key. */
  caller: CallerResponse | null = $state.raw(null);
  /** Whether the service takes the caller. Null until it has answered for the first time. */
  isOpen: boolean | null = $state(null);
  /** Why the service took the caller no longer; null if it never did, or the person signed out. */
  endedBy: Problem['code'] | null = $state(null);
  /** Counts the times that somebody signed in, so that what is shown is loaded again. */
  count = $state(0);
  /** Null where a cookie has it, or nobody asks for one. */
  key: string | null = null;

  get service(): Pick<CallerResponse, 'currency' | 'time_zone' | 'version'> {
    return this.caller ?? UNKNOWN;
  }

  /** Whether the caller may call operations with this scope. */
  may(scope: Scope): boolean {
    return this.caller?.scopes.includes(scope) ?? false;
  }

  begin(caller: CallerResponse): void {
    this.caller = caller;
    this.isOpen = true;
    this.endedBy = null;
    this.count += 1;
  }

  /** The service took the caller no longer. */
  end(code: Problem['code']): void {
    if (this.isOpen) this.endedBy = code;
    this.isOpen = false;
    this.key = null;
  }

  signOut(): void {
    this.caller = null;
    this.endedBy = null;
    this.isOpen = false;
    this.key = null;
  }
}

export const session = new Session();

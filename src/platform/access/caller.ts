import type { BindingName, Role, Scope } from './scopes';

/** The one user, recharge point, vehicle, station or device of a key, if its role is bound to one. */
export type Binding = Readonly<Partial<Record<BindingName, number>>>;

/** The caller of a request. */
export interface Caller {
  /**
   * The organisation or device that the key belongs to; of a token the pseudonym of the person, or the rider. It is empty if no key is
   * needed.
   */
  readonly client: string;
  /** The public id of the key; null for a token. */
  readonly keyId: string | null;
  /** Null: no key is asked for, or a token gives none. */
  readonly role: Role | null;
  /** What the caller may do. Null means everything, because no key is needed. */
  readonly scopes: ReadonlySet<Scope> | null;
  readonly binding: Binding;
  /** How much it may ask for, where its key says so itself. */
  readonly requestsPerMinute?: number | null;
}

/** The caller if no key is needed, or if the operation is public. */
export const ANYBODY: Caller = { client: '', keyId: null, role: null, scopes: null, binding: {} };

declare module 'fastify' {
  interface FastifyRequest {
    /** It is set before the operation begins. */
    caller: Caller;
    /** Set by an operation whose response turned out to say nothing about a person, so the trail need not remember it. */
    isImpersonal: boolean;
  }
}

import type { BindingName, Role, Scope } from './scopes';

/** The one thing that a caller's key is for, where its role is bound to one. */
export type Binding = Readonly<Partial<Record<BindingName, number>>>;

/** Who a request is from. */
export interface Caller {
  /** The organisation or device that the key belongs to, or `person:` and whom the token is for; empty where no key is asked for. */
  readonly client: string;
  /** The public id of the key; null for a token. */
  readonly keyId: string | null;
  /** Null: no key is asked for, or a token gives none. */
  readonly role: Role | null;
  /** What it may do; null: everything, where no key is asked for. */
  readonly scopes: ReadonlySet<Scope> | null;
  readonly binding: Binding;
}

/** Who calls where no key is asked for, or an operation is public. */
export const ANYBODY: Caller = { client: '', keyId: null, role: null, scopes: null, binding: {} };

declare module 'fastify' {
  interface FastifyRequest {
    /** Known before an operation is begun. */
    caller: Caller;
  }
}

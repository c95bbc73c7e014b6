import type { BindingName, Role, Scope } from './scopes';

/** The one thing that a caller's key is for, where its role is bound to one. */
export type Binding = Readonly<Partial<Record<BindingName, number>>>;

/** Who a request is from. */
export interface Caller {
  /** The organisation or device that the key belongs to; empty where no key is asked for. */
  readonly client: string;
  /** The public id of the key. */
  readonly keyId: string | null;
  readonly role: Role | null;
  /** What it may do; null: everything, where no key is asked for. */
  readonly scopes: ReadonlySet<Scope> | null;
  readonly binding: Binding;
  /** How much it may ask for, where its key says so itself. */
  readonly requestsPerMinute?: number | null;
}

/** Who calls where no key is asked for, or an operation is public. */
export const ANYBODY: Caller = { client: '', keyId: null, role: null, scopes: null, binding: {} };

declare module 'fastify' {
  interface FastifyRequest {
    /** Known before an operation is begun. */
    caller: Caller;
  }
}

/** A value that may be there at once: what is done with it then waits for no turn of the microtasks. */
export type Awaitable<Value> = Value | Promise<Value>;

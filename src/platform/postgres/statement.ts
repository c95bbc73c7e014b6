/** A statement and its parameters, so that it can be sent in one message with others, and with COMMIT. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Returns what an error of the statement means; by default it is thrown as it is. */
  readonly meaningOf?: (error: unknown) => unknown;
}

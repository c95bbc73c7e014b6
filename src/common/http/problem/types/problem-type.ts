/** One kind of refusal (in RFC 9457, a problem type): everything about it that is always the same. */
export interface ProblemType {
  /** The HTTP status. */
  readonly status: number;
  /** One sentence; the same each time. */
  readonly title: string;
  /** When it happens, in one or two sentences. */
  readonly when: string;
  /** What the client should do. It ends the `detail` of every problem document of this type. */
  readonly advice: string;
  /** After how many seconds the client can try again. It is undefined if another try would not help. */
  readonly retryAfter?: number;
}

export type ProblemTypes = Readonly<Record<string, ProblemType>>;

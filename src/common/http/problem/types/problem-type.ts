/** One kind of refusal (RFC 9457, a problem type): all that is known of it before it happens. */
export interface ProblemType {
  /** Of HTTP. */
  readonly status: number;
  /** One sentence; the same each time. */
  readonly title: string;
  /** When it happens, in one or two sentences. */
  readonly when: string;
  /** What the client should do. It ends the `detail` of every problem document of this type. */
  readonly advice: string;
  /** Seconds after which a retry makes sense, when one does. */
  readonly retryAfter?: number;
}

export type ProblemTypes = Readonly<Record<string, ProblemType>>;

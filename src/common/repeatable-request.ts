/** A request that its caller may repeat: the key it was given, if any, and a digest of what it asks for. */
export interface RepeatableRequest {
  readonly key: string | null;
  readonly fingerprint: Buffer;
  /** The status of its answer. */
  readonly status: number;
  /** Called when the stored answer is given again. */
  readonly replayed: () => void;
}

/** One that was given a key. */
export interface KeyedRequest extends RepeatableRequest {
  readonly key: string;
}

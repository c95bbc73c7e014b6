/** A request that its caller may repeat: the key it was given, and a digest of what it asks for. */
export interface RepeatableRequest {
  readonly key: string;
  readonly fingerprint: Buffer;
  /** The status of its answer. */
  readonly status: number;
  /** Called when the stored answer is given again. */
  readonly replayed: () => void;
}

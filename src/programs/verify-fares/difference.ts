/** What is stored otherwise than the rules and the card's earlier trips say. */
export interface FareDifference {
  /** Null where it is the card's row that differs. */
  readonly trip_id: number | null;
  readonly card_id: number;
  /** What differs, as it is stored. */
  readonly stored: Readonly<Record<string, unknown>>;
  /** The same as it is decided now; without a tariff there is nothing. */
  readonly decided: Readonly<Record<string, unknown>>;
}

/** A stored fare or credit that differs from what the rules decide. */
export interface FareDifference {
  /** The trip; null if the credit in the card's row differs. */
  readonly trip_id: number | null;
  readonly card_id: number;
  /** The columns that differ, as they are stored. */
  readonly stored: Readonly<Record<string, unknown>>;
  /** The same columns as the rules decide them; empty if there is no tariff. */
  readonly decided: Readonly<Record<string, unknown>>;
}

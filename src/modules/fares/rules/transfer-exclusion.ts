/** Reasons why a boarding may not be a transfer, in the order in which they are checked. */
export const TRANSFER_EXCLUSIONS = [
  'same_station',
  'same_route',
  'trunk_to_trunk',
  'trunk_zonal_trunk',
] as const;
export type TransferExclusion = (typeof TRANSFER_EXCLUSIONS)[number];

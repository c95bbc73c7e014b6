/** Lists of which every validator keeps a copy. */
export const DEVICE_LISTS = ['hotlist', 'actions'] as const;
export type DeviceList = (typeof DEVICE_LISTS)[number];

/** What brings a copy of a list up to date. */
export interface ListChanges {
  /** The version of the list that the copy then has. */
  readonly version: number;
  /** Whether `add` is the whole list, which replaces the copy. */
  readonly full: boolean;
  /** Sorted as text. */
  readonly add: string[];
  readonly remove: string[];
  /** Of the whole list at that version: see {@link checksumOf}. */
  readonly checksum: string;
}

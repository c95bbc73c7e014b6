import { WholeNumberQuery } from '../../../common/http/pagination';

/** From which version on a device wants to know what changed. */
export class HotlistQuery {
  @WholeNumberQuery(
    0,
    999_999_999_999_999,
    undefined,
    'The version of the copy that the device has. Without it the whole list is returned.',
    41,
  )
  since?: number;
}

/** What brings a device's copy of the hotlist up to date. */
export class HotlistResponse {
  /**
   * The version that the copy has afterwards: send it as `since` next time.
   * @example 42
   */
  version!: number;

  /**
   * Whether `add` is the whole list, which replaces the copy. Otherwise `add` and `remove` are what changed since the version of the
   * copy.
   * @example false
   */
  full!: boolean;

  /**
   * The numbers of cards that validators must refuse, sorted.
   * @example ["1010000000000018"]
   */
  add!: string[];

  /**
   * The numbers of cards that are accepted again, sorted. A number that the copy does not have can be ignored.
   * @example []
   */
  remove!: string[];

  /**
   * The checksum of the whole list at this version: for each card number, take the first 8 bytes of the SHA-256 of its digits as a
   * number (most significant byte first), and add them up modulo 2^64; as 16 hexadecimal digits. A device whose own list has another
   * checksum asks for the whole list.
   * @example "9f86d081884c7d65"
   */
  checksum!: string;
}

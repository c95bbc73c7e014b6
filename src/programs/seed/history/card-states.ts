import { NEVER } from '../people/riders';
import type { Boarding } from './events';

/** The state of each card while the history is simulated. It is in arrays, because there may be millions of cards. */
export class CardStates {
  readonly balance: Int32Array;
  readonly version: Int32Array;
  /** The second from which the card can be used again. */
  readonly freeFrom: Int32Array;
  /** The seconds of the last boarding and the last posting, or -1. */
  readonly lastBoarding: Int32Array;
  readonly lastPosting: Int32Array;
  readonly boardings: Uint16Array;
  /** 1 while the rider is away from home. */
  readonly away: Uint8Array;
  /** The boardings that cards could not pay, by card. Nobody takes such a card on the road again. */
  readonly debts = new Map<number, Boarding>();

  constructor(count: number) {
    this.balance = new Int32Array(count);
    this.version = new Int32Array(count);
    this.freeFrom = new Int32Array(count);
    this.lastBoarding = new Int32Array(count).fill(-1);
    this.lastPosting = new Int32Array(count).fill(-1);
    this.boardings = new Uint16Array(count);
    this.away = new Uint8Array(count);
  }

  balanceOf(card: number): number {
    return this.balance[card] ?? 0;
  }

  /** Changes the balance of the card and counts the posting. A change of 0 has no posting. */
  post(card: number, change: number, at: number): { balance: number; version: number } {
    const versionBefore = this.version[card] ?? 0;
    if (change === 0) return { balance: this.balanceOf(card), version: versionBefore };
    const balance = this.balanceOf(card) + change;
    const version = versionBefore + 1;
    this.balance[card] = balance;
    this.version[card] = version;
    this.lastPosting[card] = at;
    return { balance, version };
  }

  isFree(card: number, at: number): boolean {
    return (this.freeFrom[card] ?? NEVER) <= at;
  }
}

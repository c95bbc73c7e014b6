/** How much the newest read counts. */
const WEIGHT = 1 / 32;
/** A wrong guess costs about three times what a right one saves. */
const LIKELY = 0.8;

/** Guesses from the last reads of an operation whether the next one finds anything stored. */
export class MissForecast {
  /** Of the last reads, the share that found nothing. */
  private share = 0;

  note(isMiss: boolean): void {
    this.share += WEIGHT * ((isMiss ? 1 : 0) - this.share);
  }

  get isMissLikely(): boolean {
    return this.share > LIKELY;
  }
}

/** What the device has to report, as its journal says it. Nothing is forgotten here: what was answered may be asked for again. */
export class Taps {
  constructor(journal) {
    this.journal = journal;
    this.taps = [];
    /** Everything up to here was answered. */
    this.answered = 0;
    this.lastSequence = 0;
    this.validatorId = null;
    /** The actions that were done at a tap, and have not been reported yet. */
    this.loads = new Set();
    for (const record of journal.records) this.apply(record);
  }

  /** Numbers a tap and keeps it. When this returns, it survives a power cut. */
  add(tap, actionId = null) {
    this.keep({ tap: { sequence: this.lastSequence + 1, ...tap }, actionId });
  }

  /** The next taps to send, the oldest first. */
  next(most) {
    const first = this.taps.findIndex(({ sequence }) => sequence > this.answered);
    return first === -1 ? [] : this.taps.slice(first, first + most);
  }

  /**
   * Takes an answer to some taps, or to none.
   *
   * @throws Error if it is for another device: all taps would be charged again under its name.
   */
  take(sent, { validator_id, next_expected_sequence: expected, highest_sequence: highest }) {
    if (this.validatorId === null) this.keep({ validatorId: validator_id });
    if (this.validatorId !== validator_id) throw new Error('the journal is that of another device');
    // A device that was restored from an old image has used these numbers before.
    if (highest > this.lastSequence) this.keep({ used: highest });
    const last = sent.at(-1)?.sequence ?? this.answered;
    // What was answered once is missing: the service was restored to an earlier time.
    const isMissing = this.taps.some(({ sequence }) => sequence === expected) && expected <= last;
    const answered = isMissing ? expected - 1 : last;
    if (answered !== this.answered) this.keep({ answered });
  }

  finishLoad(actionId) {
    this.keep({ loaded: actionId });
  }

  keep(record) {
    this.journal.add(record);
    this.apply(record);
  }

  apply({ tap, actionId, answered, used, loaded, validatorId }) {
    if (tap) this.taps.push(tap);
    if (actionId) this.loads.add(actionId);
    if (loaded) this.loads.delete(loaded);
    this.validatorId = validatorId ?? this.validatorId;
    this.answered = answered ?? this.answered;
    this.lastSequence = used ?? tap?.sequence ?? this.lastSequence;
  }
}

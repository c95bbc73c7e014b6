/** The commits that this process has sent and that have no answer yet. */
class CommitsInFlight {
  /** When each was sent, by the monotonic clock. */
  private readonly sentAt = new Map<object, number>();

  /** @param transaction whose COMMIT is sent now. */
  sent(transaction: object): void {
    this.sentAt.set(transaction, performance.now());
  }

  /** Its answer is here, or never comes. */
  ended(transaction: object): void {
    this.sentAt.delete(transaction);
  }

  /** How many have waited for so long, such as for a standby that must confirm them. */
  olderThan(ms: number): number {
    const latest = performance.now() - ms;
    let count = 0;
    for (const sentAt of this.sentAt.values()) if (sentAt < latest) count += 1;
    return count;
  }
}

export const commitsInFlight = new CommitsInFlight();

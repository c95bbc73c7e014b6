/** What has to be undone, the last first. */
export class CleanUps {
  private readonly all: (() => unknown)[] = [];

  add(cleanUp: () => unknown): void {
    this.all.push(cleanUp);
  }

  /** Goes on when one fails, and then throws what failed first. */
  async run(): Promise<void> {
    const errors: unknown[] = [];
    for (const cleanUp of this.all.splice(0).reverse()) {
      try {
        await cleanUp();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}

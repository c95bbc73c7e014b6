/** Work that is done at once and then at intervals. A run that takes longer than the interval is not started twice. */
export class Chore {
  private readonly timer: NodeJS.Timeout;
  private running: Promise<void> | null = null;

  constructor(
    intervalMs: number,
    private readonly work: () => Promise<void>,
  ) {
    this.timer = setInterval(() => this.run(), intervalMs).unref();
    this.run();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private run(): void {
    this.running ??= this.work().finally(() => (this.running = null));
  }
}

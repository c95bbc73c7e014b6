import { Injectable } from '@nestjs/common';
import { Heartbeat } from '../../platform/postgres/heartbeat';
import { type Figures, FiguresRepository } from './figures.repository';

/** Several metrics are read of one query, and scrapers that come at once share it. */
const SHARED_MS = 500;
/** How long a scrape waits for the database, and for how long it shows what a slow one said before. */
const TIMEOUT_MS = 500;
const KEPT_MS = 60_000;

/** What the database said last. A scrape does not wait for a database that is away, and says nothing in its place. */
@Injectable()
export class LatestFigures {
  private latest: { readonly askedAt: number; readonly figures: Figures } | null = null;
  private asking: Promise<void> | null = null;

  constructor(
    private readonly repository: FiguresRepository,
    private readonly heartbeat: Heartbeat,
  ) {}

  /** Null where the database does not answer. */
  async get(): Promise<Figures | null> {
    const shared = this.youngerThan(SHARED_MS);
    if (shared) return shared;
    this.asking ??= this.ask().finally(() => (this.asking = null));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, TIMEOUT_MS)));
    await Promise.race([this.asking, late]);
    clearTimeout(timer);
    return this.youngerThan(KEPT_MS);
  }

  private youngerThan(ageMs: number): Figures | null {
    return this.latest && performance.now() - this.latest.askedAt < ageMs ? this.latest.figures : null;
  }

  private async ask(): Promise<void> {
    const askedAt = performance.now();
    try {
      this.latest = { askedAt, figures: await this.heartbeat.during(() => this.repository.read()) };
    } catch {
      this.latest = null;
    }
  }
}

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dice } from '../../../src/common/dice';
import type { City, LabCard } from './city';
import type { CityProcess } from './city-process';

/** Few, so that what is wrong is soon read. */
const CARDS = 2;
const READERS_PER_PROCESS = 2;
const MOST_AMOUNT = 50_000;
const BETWEEN_WRITES_MS = 200;

/** Paced readers and writers of one city: the rest of the machine is for the class. */
export class Traffic {
  private stopping: AbortController | null = null;
  private running: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly city: City,
    private readonly cards: readonly LabCard[],
    private readonly readsPerSecond: number,
    private readonly dice: Dice,
  ) {}

  /** @param readsPerSecond of the whole city, at most. */
  static async prepare(city: City, readsPerSecond: number, dice: Dice): Promise<Traffic> {
    const cards: LabCard[] = [];
    while (cards.length < CARDS) cards.push(await city.createCard(0));
    return new Traffic(city, cards, readsPerSecond, dice);
  }

  get isOn(): boolean {
    return this.stopping !== null;
  }

  start(): void {
    if (this.stopping) return;
    const stopping = new AbortController();
    this.stopping = stopping;
    const readers = this.city.processes.flatMap((process) =>
      Array.from({ length: READERS_PER_PROCESS }, () => this.readOn(process, stopping.signal)),
    );
    this.running = Promise.all([...readers, this.writeOn(stopping.signal)]);
  }

  /** Resolves when the last request was answered, or after a second: a paused process answers none. */
  async stop(): Promise<void> {
    this.stopping?.abort();
    this.stopping = null;
    await Promise.race([this.running, sleep(1_000)]);
  }

  private async readOn(process: CityProcess, stop: AbortSignal): Promise<void> {
    const between = (1_000 * READERS_PER_PROCESS * this.city.processes.length) / this.readsPerSecond;
    while (!stop.aborted) {
      const next = sleep(between * (0.5 + this.dice.share()));
      const card = this.dice.pick(this.cards);
      const view = this.dice.chance(0.8) ? card.balanceView : card.historyView;
      if (process.state !== 'down') await this.city.read(process, view, this.city.traffic);
      await next;
    }
  }

  private async writeOn(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const next = sleep(BETWEEN_WRITES_MS * (0.5 + this.dice.share()));
      const running = this.city.processes.filter(({ state }) => state === 'running');
      const process = running.length > 0 ? this.dice.pick(running) : null;
      if (process) await this.writeOnce(process);
      await next;
    }
  }

  private async writeOnce(process: CityProcess): Promise<void> {
    const amount = this.dice.between(1, MOST_AMOUNT);
    // The plain city does not look at the key.
    const headers = { 'idempotency-key': randomUUID(), 'x-lab-oncacheerror': 'ignore' };
    const { reply } = await this.city.recharge(process, this.dice.pick(this.cards), amount, headers);
    if (reply && reply.status < 300) this.city.traffic.wrote();
    else this.city.traffic.writeFailed();
  }
}

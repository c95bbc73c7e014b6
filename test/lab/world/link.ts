import type { Socket } from 'node:net';
import type { Dice } from '../../../src/common/dice';
import { TcpProxy } from '../../setup/tcp-proxy';
import type { LinkState, ServerName } from '../shapes';
import { countPostgresStatements, countRedisCommands, type MessageCounter } from './message-counters';

const COUNTERS: Readonly<Record<ServerName, () => MessageCounter>> = {
  redis: countRedisCommands,
  postgres: countPostgresStatements,
};

/** The way of one process to one server, which can be cut, silenced, delayed and made lossy, and which counts requests. */
export class Link extends TcpProxy {
  private state: LinkState['state'] = 'open';
  private delayMs = 0;
  private lossPercent = 0;
  private requests = 0;

  constructor(
    readonly to: ServerName,
    target: string,
    host: string,
    private readonly dice: Dice,
  ) {
    super(new URL(target), host);
  }

  get now(): LinkState {
    const { to, state, delayMs, lossPercent, requests } = this;
    return { server: to, state, delayMs, lossPercent, requests };
  }

  /** Lets everything through that was held back, and takes connections again. */
  override async open(): Promise<void> {
    if (this.state === 'silent') super.resume();
    // The first time it is not open yet, whatever it says.
    if (!this.isListening) await super.open();
    this.state = 'open';
  }

  override async cut(): Promise<void> {
    if (this.state === 'silent') super.resume();
    if (this.isListening) await super.cut();
    this.state = 'cut';
  }

  override silence(): void {
    if (this.state !== 'open') return;
    super.silence();
    this.state = 'silent';
  }

  override delayBy(milliseconds: number): void {
    super.delayBy(milliseconds);
    this.delayMs = milliseconds;
  }

  loseShare(percent: number): void {
    this.lossPercent = percent;
    this.lose(() => percent > 0 && this.dice.chance(percent / 100));
  }

  /** As it was when it was made. */
  async heal(): Promise<void> {
    this.delayBy(0);
    this.loseShare(0);
    await this.open();
  }

  protected override join(caller: Socket): void {
    const count = COUNTERS[this.to]();
    caller.on('data', (bytes: Buffer) => (this.requests += count(bytes)));
    super.join(caller);
  }
}

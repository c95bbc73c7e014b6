import { call, type OperationName, type Request } from '../../api/call';
import { asFailure, isAborted } from '../../api/failures';
import type { CacheTemplate, CardResponse } from '../../api/schema';
import { type Scope, session } from '../../api/session.svelte';
import type { Happenings, Step } from './happenings.svelte';

const WRITE = 'POST /recharges';
/** A key is read until it is a hit, so often at most. */
const MOST_READS = 6;
const BETWEEN_READS_MS = 60;

/** A key that the write evicts, and how it is read. */
export interface WatchedKey {
  readonly key: string;
  /** Null: this caller may not read it. */
  readonly operation: string | null;
}

export interface KeyRead {
  readonly key: string;
  readonly isAfter: boolean;
  /** As `X-Cache` says; null if it was not answered. */
  readonly source: string | null;
  readonly ms: number;
}

/** What happened to a key: this screen read it, or a step that the service tells. */
export type Happening =
  | { readonly kind: 'read'; readonly read: KeyRead }
  | { readonly kind: 'step'; readonly step: Step }
  | { readonly kind: 'others'; readonly count: number };

/** A write that is watched: its keys are read before, and again after it, each until it comes from the cache. */
export class WatchedWrite {
  readonly keys: readonly WatchedKey[];
  reads: readonly KeyRead[] = $state.raw([]);
  /** What is going on. */
  phase: 'before' | 'ready' | 'after' | 'done' = $state('before');
  private readonly path: Readonly<Record<string, number>>;
  private readonly controller = new AbortController();

  constructor(
    card: CardResponse,
    templates: readonly CacheTemplate[],
    private readonly happenings: Happenings,
  ) {
    this.path = { card_id: card.card_id, ...(card.user_id === null ? {} : { user_id: card.user_id }) };
    this.keys = templates
      .filter(
        ({ evicted_by: writes, parameters }) =>
          writes.includes(WRITE) && parameters.every((name) => name in this.path),
      )
      .map((template) => ({ key: this.filled(template.template), operation: readerOf(template) }));
  }

  /** Fills the cache, so that there is something to evict. */
  async begin(): Promise<void> {
    await this.readAll(false);
    if (this.phase === 'before') this.phase = 'ready';
  }

  /** Reads everything again, after the write. */
  async goOn(): Promise<void> {
    if (this.phase === 'after' || this.phase === 'done') return;
    this.phase = 'after';
    await this.readAll(true);
    this.phase = 'done';
  }

  private isOver(): boolean {
    return this.controller.signal.aborted;
  }

  stop(): void {
    this.controller.abort();
  }

  /** The mark of the write on a key of the card itself: other keys are marked by others as well. Null until it was told. */
  private get mark(): Step | null {
    const own = `card:${this.path.card_id}:`;
    return this.happenings.steps.find(({ step, key }) => step === 'marked' && key.startsWith(own)) ?? null;
  }

  /** When the write marked its keys; null if that was not told. */
  get markedAt(): number | null {
    return this.mark && Date.parse(this.mark.at);
  }

  /** What happened to a key, in its order. */
  of(key: string): readonly Happening[] {
    const steps = this.happenings.steps.filter((step) => step.key === key);
    const write = this.mark?.write ?? null;
    const isOfWrite = (step: Step): boolean => write !== null && step.write === write;
    const first = steps.findIndex(isOfWrite);
    const [before, after] = first < 0 ? [steps, []] : [steps.slice(0, first), steps.slice(first)];
    const reads = this.reads.filter((read) => read.key === key);
    return [
      ...interleaved(
        reads.filter(({ isAfter }) => !isAfter),
        before,
      ),
      ...after.filter(isOfWrite).map((step): Happening => ({ kind: 'step', step })),
      ...interleaved(
        reads.filter(({ isAfter }) => isAfter),
        after.filter((step) => !isOfWrite(step)),
      ),
    ];
  }

  private async readAll(isAfter: boolean): Promise<void> {
    await Promise.all(this.keys.map((each) => this.readUntilHit(each, isAfter)));
  }

  private async readUntilHit({ key, operation }: WatchedKey, isAfter: boolean): Promise<void> {
    if (operation === null) return;
    for (let count = 0; count < MOST_READS && !this.isOver(); count += 1) {
      const read = await this.read(key, operation, isAfter);
      if (this.isOver()) return;
      this.reads = [...this.reads, read];
      if (read.source === null || read.source === 'HIT') return;
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_READS_MS));
    }
  }

  private async read(key: string, operation: string, isAfter: boolean): Promise<KeyRead> {
    const answer: { source: string | null } = { source: null };
    const startedAt = performance.now();
    const names = [...operation.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    const path = Object.fromEntries(names.map((name) => [name, this.path[name]]));
    try {
      const request = (names.length > 0 ? { path } : {}) as Request<OperationName>;
      await call(operation as OperationName, request, {
        signal: this.controller.signal,
        onheaders: (headers) => (answer.source = headers.get('x-cache')),
      });
    } catch (error) {
      // A refusal may come from the cache as well.
      if (!isAborted(error)) asFailure(error);
    }
    return { key, isAfter, source: answer.source, ms: performance.now() - startedAt };
  }

  private filled(template: string): string {
    return template.replace(/\{(\w+)\}/g, (_, name: string) => String(this.path[name]));
  }
}

/** The operation that reads it, if the caller may call it. */
function readerOf({ operations, scope }: CacheTemplate): string | null {
  if (scope !== null && !session.may(scope as Scope)) return null;
  return operations.find((operation) => operation.startsWith('GET ')) ?? null;
}

/** Joins reads with what they did: a miss got a lease and filled, a bypass met a mark. What others did is counted. */
function interleaved(reads: readonly KeyRead[], steps: readonly Step[]): Happening[] {
  const waiting = steps.filter(({ write }) => write === null);
  const joined: Happening[] = [];
  for (const read of reads) {
    joined.push({ kind: 'read', read });
    let length = 0;
    if (read.source === 'MISS') length = waiting.findIndex(({ step }) => /^fill/.test(step)) + 1;
    if (read.source === 'BYPASS') length = waiting[0]?.step === 'met_mark' ? 1 : 0;
    for (const step of waiting.splice(0, length)) joined.push({ kind: 'step', step });
  }
  const count = waiting.length + steps.filter(({ write }) => write !== null).length;
  return count === 0 ? joined : [...joined, { kind: 'others', count }];
}

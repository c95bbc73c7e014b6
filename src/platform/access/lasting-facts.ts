import { Injectable, type Provider } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import { atMost } from '../../common/at-most';
import { EpochWatch } from '../cache/protocol/epoch-watch';
import type { CacheNamespace } from '../cache/store/cache-namespace';
import { Heartbeat } from '../postgres/heartbeat';

/** How many values of each fact are remembered. */
const MOST_ANSWERS = 50_000;

/**
 * Facts that never change: the user of a card, a trip or a recharge, the vehicle of a trip, the amount of a recharge, and the place
 * of a validator.
 */
export type LastingFact =
  | 'user of card'
  | 'user of trip'
  | 'vehicle of trip'
  | 'user of recharge'
  | 'amount of recharge'
  | 'station of validator'
  | 'vehicle of validator';

/**
 * Remembers facts about the rows of modules. Each module registers the statements for its own rows. What is remembered holds for
 * one database in one epoch, like what is cached: after a restore, the same id may be another row's.
 */
@Injectable()
export class LastingFacts {
  private readonly statements = new Map<LastingFact, string>();
  private readonly known = new LRUCache<string, number>(atMost(MOST_ANSWERS));
  /** The database, in the epoch, that the remembered facts are of. */
  private knownOf: CacheNamespace | null = null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly watch: EpochWatch,
    private readonly heartbeat: Heartbeat,
  ) {}

  /** @param statement selects the fact as `value`, by an id. */
  register(fact: LastingFact, statement: string): void {
    this.statements.set(fact, statement);
  }

  /** Returns the fact if it is remembered. It sends no query. */
  find(fact: LastingFact, id: number): number | undefined {
    const database = this.watch.databaseInForce();
    return database && this.knownOf?.equals(database) ? this.known.get(`${fact} ${id}`) : undefined;
  }

  /**
   * Returns the fact for an id. It is null if nothing has that id, or if the fact is missing. Null is not remembered, because it
   * can change.
   *
   * @throws DatabaseAwayError while PostgreSQL is silent.
   */
  async ask(fact: LastingFact, id: number): Promise<number | null> {
    const known = this.find(fact, id);
    if (known !== undefined) return known;
    const statement = this.statements.get(fact);
    if (!statement) throw new Error(`nobody answers what the ${fact} is`);
    const database = this.watch.databaseInForce();
    const [row] = await this.heartbeat.during(() =>
      this.dataSource.query<{ value: number | null }[]>(statement, [id]),
    );
    const value = row?.value ?? null;
    // If it changed meanwhile, nobody knows which database has answered.
    if (value !== null && database?.equals(this.watch.databaseInForce() ?? undefined))
      this.remember(`${fact} ${id}`, value, database);
    return value;
  }

  private remember(name: string, value: number, database: CacheNamespace): void {
    if (!this.knownOf?.equals(database)) this.known.clear();
    this.knownOf = database;
    this.known.set(name, value);
  }
}

/** Registers the facts of a module: for each fact a statement that selects `value` by an id. */
export function answersFacts(statements: Readonly<Partial<Record<LastingFact, string>>>): Provider {
  return {
    provide: Symbol('lasting facts'),
    inject: [LastingFacts],
    useFactory: (facts: LastingFacts) => {
      for (const [fact, statement] of Object.entries(statements))
        facts.register(fact as LastingFact, statement);
      return facts;
    },
  };
}

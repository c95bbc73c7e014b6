import { Injectable, type Provider } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import { atMost } from '../../common/at-most';
import { Heartbeat } from '../postgres/heartbeat';

/** How many values of each fact are remembered. */
const MOST_ANSWERS = 50_000;

/** Facts that never change: the user of a card, a trip or a recharge, the vehicle of a trip, and the amount of a recharge. */
export type LastingFact =
  'user of card' | 'user of trip' | 'vehicle of trip' | 'user of recharge' | 'amount of recharge';

/** Remembers facts about the rows of modules. Each module registers the statements for its own rows. */
@Injectable()
export class LastingFacts {
  private readonly statements = new Map<LastingFact, string>();
  private readonly known = new LRUCache<string, number>(atMost(MOST_ANSWERS));

  constructor(
    private readonly dataSource: DataSource,
    private readonly heartbeat: Heartbeat,
  ) {}

  /** @param statement selects the fact as `value`, by an id. */
  register(fact: LastingFact, statement: string): void {
    this.statements.set(fact, statement);
  }

  /** Returns the fact if it is remembered. It sends no query. */
  find(fact: LastingFact, id: number): number | undefined {
    return this.known.get(`${fact} ${id}`);
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
    const [row] = await this.heartbeat.during(() =>
      this.dataSource.query<{ value: number | null }[]>(statement, [id]),
    );
    const value = row?.value ?? null;
    if (value !== null) this.known.set(`${fact} ${id}`, value);
    return value;
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

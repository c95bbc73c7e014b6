import { Injectable, type Provider } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import { Heartbeat } from '../postgres/heartbeat';

/** So many answers of each question are kept. */
const MOST_ANSWERS = 50_000;

/** What never changes once it is so: whose a card, a trip or a recharge is, where a trip began, and what a recharge brought. */
export type LastingFact =
  'user of card' | 'user of trip' | 'vehicle of trip' | 'user of recharge' | 'amount of recharge';

/** Answers questions about other modules' rows, which those modules register, without asking twice. */
@Injectable()
export class LastingFacts {
  private readonly statements = new Map<LastingFact, string>();
  private readonly known = new LRUCache<string, number>({ max: MOST_ANSWERS });

  constructor(
    private readonly dataSource: DataSource,
    private readonly heartbeat: Heartbeat,
  ) {}

  /** @param statement selects the answer as `value`, by an id. */
  register(fact: LastingFact, statement: string): void {
    this.statements.set(fact, statement);
  }

  /** What is known already, without asking. */
  find(fact: LastingFact, id: number): number | undefined {
    return this.known.get(`${fact} ${id}`);
  }

  /**
   * The answer for an id; null when there is none, or nothing has that id, which is asked each time since both may change.
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

/** Lets a module answer what never changes about its rows: a statement for each fact, which selects `value` by an id. */
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

import { DataSource } from 'typeorm';
import { ServiceCalendar } from '../../src/common/time/service-calendar';
import { valueParsers } from '../../src/platform/postgres/value-parsers';
import type { Boarding, CardProfile, Label } from '../../src/modules/fares/engine/boarding';
import { type CardHistory, NO_HISTORY, remember } from '../../src/modules/fares/engine/card-history';
import { decideFare, type FareDecision } from '../../src/modules/fares/engine/decide-fare';
import { FareRules, type FareRuleRows } from '../../src/modules/fares/engine/fare-rules';
import { FaresRepository } from '../../src/modules/fares/fares.repository';
import { Concession } from '../../src/modules/fares/rules/concession.entity';
import { FareLimit } from '../../src/modules/fares/rules/fare-limit.entity';
import { Tariff } from '../../src/modules/fares/rules/tariff.entity';
import { TransferPrice } from '../../src/modules/fares/rules/transfer-price.entity';
import { TransferRule } from '../../src/modules/fares/rules/transfer-rule.entity';
import type { FareComponent } from '../../src/modules/fares/route-type';
import { createDatabase } from '../setup/database';

export const PERSONALISED: CardProfile = { personalised: true, category: 'standard' };
export const BASIC: CardProfile = { personalised: false, category: 'standard' };

/** The rules that the migrations bring. */
export async function migratedRules(): Promise<FareRuleRows> {
  const database = await createDatabase();
  const dataSource = await new DataSource({
    type: 'postgres',
    url: database.url,
    entities: [Tariff, TransferRule, TransferPrice, Concession, FareLimit],
    extra: { types: valueParsers },
  }).initialize();
  const rules = await new FaresRepository(dataSource.getRepository(Tariff)).rules();
  await dataSource.destroy();
  await database.drop();
  return rules;
}

const calendar = new ServiceCalendar('America/Bogota');
let nextLabel = 0;

/** A boarding at a time of Bogotá, such as `2025-06-02 07:00` or `07:00:59`; on a route and at a stop of its own. */
export function boarding(
  component: FareComponent,
  time: string,
  { route, station }: { route?: Label; station?: Label } = {},
): Boarding {
  const at = new Date(`${time.replace(' ', 'T')}-05:00`);
  nextLabel += 1;
  return {
    at: Math.floor(at.getTime() / 1_000),
    day: calendar.dayOf(at),
    component,
    route: route ?? `route ${nextLabel}`,
    station: station ?? `station ${nextLabel}`,
  };
}

/** Decides a sequence of boardings, each of which the card could pay. */
export function decideAll(
  rules: FareRules,
  card: CardProfile,
  boardings: readonly Boarding[],
): (FareDecision & { readonly id: number })[] {
  let history: CardHistory = NO_HISTORY;
  return boardings.map((each, id) => {
    const decision = decideFare(rules, card, history, each);
    if (!decision) throw new Error(`no tariff holds on ${each.day}`);
    const { amount, concession, anchor } = decision;
    history = remember(history, each, { id, isTransfer: anchor !== null, amount, concession });
    return { ...decision, id };
  });
}

import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../common/time/clock';
import { NoTariffError } from '../../common/http/problem/trip-errors';
import { ServiceCalendar } from '../../common/time/service-calendar';
import { type CandidateRules, withCandidates } from './candidate-rules';
import type { FaresInForce } from './dto/fares-in-force.dto';
import type { Boarding, CardProfile, Label } from './engine/boarding';
import type { CardHistory } from './engine/card-history';
import { decideFare, type FareDecision } from './engine/decide-fare';
import { FareRules } from './engine/fare-rules';
import { FaresRepository } from './fares.repository';
import type { FareComponent } from './route-type';

/** A boarding as a request describes it. */
export interface RouteBoarding {
  readonly at: Date;
  readonly component: FareComponent;
  readonly route: Label;
  readonly station: Label;
}

/** Applies the stored fare rules. Every price in the service comes from here. */
@Injectable()
export class FaresService {
  /** The rules that were read last, kept until another edition is asked for. */
  private known: { readonly edition: number; readonly rules: FareRules } | null = null;

  constructor(
    private readonly fares: FaresRepository,
    private readonly calendar: ServiceCalendar,
    private readonly clock: Clock,
  ) {}

  /** Returns the committed rules, read through the caller's transaction if there is one. */
  async rules(manager?: EntityManager): Promise<FareRules> {
    return this.rulesOf(await this.fares.edition(manager), manager);
  }

  /** Returns a number that grows with every change of a rule, read through the caller's transaction. */
  async edition(manager: EntityManager): Promise<number> {
    return this.fares.edition(manager);
  }

  /** Returns the rules of an edition that the caller's transaction has read, or of a later one. */
  async rulesOf(edition: number, manager?: EntityManager): Promise<FareRules> {
    if (this.known?.edition !== edition)
      this.known = { edition, rules: new FareRules(await this.fares.rules(manager)) };
    return this.known.rules;
  }

  /**
   * Returns the stored rules with others in their place from a day on.
   *
   * @throws InvalidValueError for rules that cannot be.
   */
  async rulesWith(day: string, candidates: CandidateRules): Promise<FareRules> {
    return withCandidates(await this.fares.rules(), day, candidates);
  }

  /** @throws NoTariffError if the boarding is before the first tariff. */
  decide(rules: FareRules, card: CardProfile, history: CardHistory, boarding: Boarding): FareDecision {
    const decision = decideFare(rules, card, history, boarding);
    if (!decision) throw new NoTariffError(new Date(boarding.at * 1_000));
    return decision;
  }

  toBoarding({ at, component, route, station }: RouteBoarding): Boarding {
    return {
      at: Math.floor(at.getTime() / 1_000),
      day: this.calendar.dayOf(at),
      component,
      route,
      station,
    };
  }

  /** @param day is a service day, YYYY-MM-DD; today if it is left out. */
  async inForce(day: string = this.calendar.dayOf(this.clock.now())): Promise<FaresInForce> {
    const rules = await this.rules();
    const { tariffs, transferRule, transferPrices, concessions, limits } = rules.on(day);
    return {
      on: day,
      tariffs: [...tariffs],
      transfer_rule: transferRule,
      transfer_prices: [...transferPrices],
      concessions: [...concessions],
      limits: [...limits],
    };
  }
}

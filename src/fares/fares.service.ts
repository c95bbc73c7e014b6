import { Injectable } from '@nestjs/common';
import { EntityManager, LessThanOrEqual } from 'typeorm';
import { NoTariffError } from '../common/problem/domain-error';
import { dayIn } from '../common/service-day';
import { AppConfig } from '../config/app-config';
import { fareComponentOf, RouteType } from './route-type';
import { Tariff } from './rules/tariff.entity';

/** What a boarding costs, and as what. */
export interface FareDecision {
  /** In whole units of the currency. */
  readonly amount: number;
  readonly product: string;
  readonly isTransfer: boolean;
}

/** Decides fares. Rules that look at a card's earlier boardings belong here: a boarding asks nobody else. */
@Injectable()
export class FaresService {
  constructor(private readonly config: AppConfig) {}

  /**
   * The price in force for the route's type on the service day of the boarding.
   *
   * @throws NoTariffError before the first tariff.
   */
  async decide(manager: EntityManager, boarding: { routeType: RouteType; at: Date }): Promise<FareDecision> {
    const component = fareComponentOf(boarding.routeType);
    const day = dayIn(this.config.get('SERVICE_TIME_ZONE'), boarding.at);
    const tariff = await manager.findOne(Tariff, {
      where: { component, valid_from: LessThanOrEqual(day) },
      order: { valid_from: 'DESC' },
    });
    if (!tariff) throw new NoTariffError(boarding.at);
    return { amount: tariff.price, product: component, isTransfer: false };
  }
}

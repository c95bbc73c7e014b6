import type { Client } from 'pg';
import type { CardResponse, CardBalance } from '../../src/modules/cards/dto/card-responses.dto';
import type { RechargeResponse } from '../../src/modules/recharges/dto/recharge-responses.dto';
import type { CreateUser } from '../../src/modules/users/dto/user-requests.dto';
import type { UserResponse } from '../../src/modules/users/dto/user-responses.dto';
import { ask, post } from '../setup/api';
import type { Service } from '../setup/service';
import { insert, unique } from './insert';
import { aLocality, aRoute, aStation } from './network';

/** What a boarding of a line costs, in whole units. */
export const FARE = 3_000;

/** A trunk route of a concessionaire between two stations, and the body of a boarding there without its card. */
export interface Line {
  readonly concessionaire_id: number;
  readonly boarding: { readonly route_id: number; readonly boarding_station_id: number };
  readonly ride: Line['boarding'] & { readonly disembarking_station_id: number };
}

/** Builds a line, and sets the fare of all trunk routes, now and always, to FARE. */
export async function aLine(client: Client): Promise<Line> {
  await client.query(`DELETE FROM tariffs WHERE component = 'trunk'`);
  await insert(client, 'tariffs', { component: 'trunk', valid_from: '2000-01-01', price: FARE });
  const { concessionaire_id } = await insert<{ concessionaire_id: number }>(client, 'concessionaires', {
    name: `Concesionario ${unique()}`,
  });
  const { location_id } = await aLocality(client);
  const ends = [await aStation(client, { location_id }), await aStation(client)] as const;
  const { route_id } = await aRoute(client, ends, { concessionaire_id });
  const boarding = { route_id, boarding_station_id: ends[0].station_id };
  return {
    concessionaire_id,
    boarding,
    ride: { ...boarding, disembarking_station_id: ends[1].station_id },
  };
}

type TestedService = Pick<Service, 'url'>;

/** Hands out a card, or fails when that is refused; it is basic unless a user owns it, with this balance: 0, or what one recharge may bring. */
export async function aCard(service: TestedService, balance: number, user_id?: number): Promise<number> {
  const { status, body } = await post<CardResponse>(service, '/cards', { user_id });
  if (status !== 201) throw new Error(`the card was refused: ${JSON.stringify(body)}`);
  if (balance > 0) await aRecharge(service, body.card_id, balance);
  return body.card_id;
}

/** Registers a synthetic person. */
export async function aUser(service: TestedService, given: Partial<CreateUser> = {}): Promise<number> {
  const person = { first_name: 'Sintética', last_name: 'Persona', ...given };
  const { body } = await post<UserResponse>(service, '/users', person);
  return body.user_id;
}

/** Recharges a card; fails when that is refused. */
export async function aRecharge(service: TestedService, card_id: number, amount: number): Promise<number> {
  const { status, body } = await post<RechargeResponse>(service, '/recharges', { card_id, amount });
  if (status !== 201) throw new Error(`the recharge was refused: ${JSON.stringify(body)}`);
  return body.recharge_id;
}

export async function balanceOf(service: TestedService, cardId: number): Promise<number> {
  const { body } = await ask<CardBalance>(service, `/cards/${cardId}/balance`);
  return body.balance;
}

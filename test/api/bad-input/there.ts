import type { Client } from 'pg';
import type { CardResponse } from '../../../src/modules/cards/dto/card-responses.dto';
import type { BoardingResponse } from '../../../src/modules/trips/dto/trip-responses.dto';
import { insert } from '../../builders/insert';
import { aRoute, aStation } from '../../builders/network';
import { aCard, aLine, aRecharge, aUser, FARE, type Line } from '../../builders/rides';
import { post, send } from '../../setup/api';
import type { Service } from '../../setup/service';

/** The rider who is there: a synthetic person. */
export const RIDER = {
  first_name: 'Sintética',
  last_name: 'Persona',
  email: 'Persona@Example.com',
  id_number: 'CC-1',
};
export const CARD_NUMBER = '1234567890123456';
/** The code of a station, as a path has it: É-1. */
export const CODE_IN_PATH = '%C3%89-1';

/** What is there before the bad requests come, so that nothing but their one fault is wrong with them. */
export interface There {
  readonly user: number;
  readonly card: number;
  readonly emptyCard: number;
  readonly blockedCard: number;
  readonly lostCard: number;
  /** Its balance is near the limit. */
  readonly fullCard: number;
  /** It is on `openTrip`. */
  readonly ridingCard: number;
  readonly line: Line;
  readonly station: number;
  /** It is off the line. */
  readonly farStation: number;
  readonly closedStation: number;
  /** It stops at `farStation`. */
  readonly closedRoute: number;
  /** It stops at `closedStation` and at `farStation`. */
  readonly partlyClosedRoute: number;
  readonly recharge: number;
  readonly reversedRecharge: number;
  readonly spentRecharge: number;
  readonly openTrip: number;
  readonly endedTrip: number;
  /** A recharge point whose channel has limits of its own. */
  readonly onlinePoint: number;
}

/** Builds it all. */
export async function whatIsThere(client: Client, service: Service): Promise<There> {
  const line = await aLine(client);
  const { recharge_point_id } = await insert<{ recharge_point_id: number }>(client, 'recharge_points', {
    name: 'Aplicación',
    channel: 'online',
  });
  await aStation(client, { station_code: 'É-1' });
  const user = await aUser(service, RIDER);
  const { body } = await post<CardResponse>(service, '/cards', { user_id: user, card_number: CARD_NUMBER });
  const card = body.card_id;
  await aRecharge(service, card, 20_000);
  return {
    user,
    card,
    line,
    station: line.boarding.boarding_station_id,
    onlinePoint: recharge_point_id,
    ...(await stationsAndRoutes(client)),
    ...(await cardsThatMustNot(service)),
    ...(await rechargesAndTrips(service, card, line)),
  };
}

async function stationsAndRoutes(
  client: Client,
): Promise<Pick<There, 'farStation' | 'closedStation' | 'closedRoute' | 'partlyClosedRoute'>> {
  const far = await aStation(client);
  const closed = await aStation(client, { is_active: false });
  return {
    farStation: far.station_id,
    closedStation: closed.station_id,
    closedRoute: (await aRoute(client, [far], { is_active: false })).route_id,
    partlyClosedRoute: (await aRoute(client, [closed, far])).route_id,
  };
}

async function cardsThatMustNot(
  service: Service,
): Promise<Pick<There, 'blockedCard' | 'lostCard' | 'fullCard'>> {
  const blockedCard = await aCard(service, 0);
  await send(service, 'PATCH', `/cards/${blockedCard}`, { status: 'blocked' });
  const lostCard = await aCard(service, 0);
  await send(service, 'PATCH', `/cards/${lostCard}`, { status: 'lost' });
  const fullCard = await aCard(service, 200_000);
  await aRecharge(service, fullCard, 200_000);
  await aRecharge(service, fullCard, 96_000);
  return { blockedCard, lostCard, fullCard };
}

async function rechargesAndTrips(
  service: Service,
  card: number,
  { boarding, ride }: Line,
): Promise<
  Pick<
    There,
    'recharge' | 'reversedRecharge' | 'spentRecharge' | 'openTrip' | 'endedTrip' | 'emptyCard' | 'ridingCard'
  >
> {
  const recharge = await aRecharge(service, card, 1_000);
  const reversedRecharge = await aRecharge(service, card, 6_000);
  await post(service, `/recharges/${reversedRecharge}/reversal`, { reason: 'Paid twice' });
  const emptyCard = await aCard(service, 0);
  const spentRecharge = await aRecharge(service, emptyCard, FARE);
  await post(service, '/trips/complete', { ...ride, card_id: emptyCard });
  const ridingCard = await aCard(service, 20_000);
  const started = await post<BoardingResponse>(service, '/trips/start', { ...boarding, card_id: ridingCard });
  const ridden = await post<BoardingResponse>(service, '/trips/complete', { ...ride, card_id: card });
  return {
    recharge,
    reversedRecharge,
    spentRecharge,
    emptyCard,
    ridingCard,
    openTrip: started.body.trip_id,
    endedTrip: ridden.body.trip_id,
  };
}

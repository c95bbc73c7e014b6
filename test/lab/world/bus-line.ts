import { connect } from '../../builders/connect';
import { insert } from '../../builders/insert';
import { aRoute, aStation, aVehicle } from '../../builders/network';
import { FARE } from '../../builders/rides';
import { aValidator, numberOfCard } from '../../builders/taps';
import type { City, LabCard } from './city';

/** A tap of a card, and when it was. */
export interface LabTap {
  readonly card: LabCard;
  readonly at: Date;
}

/** What a validator that had no connection reports, once or again: a request for each city's way of taking it. */
export type Report = (taps: readonly LabTap[]) => Promise<readonly object[]>;

/** The validators of a bus and of a gate of the line to which it leads. */
export interface BusLine {
  readonly bus: Report;
  readonly gate: Report;
}

/** The numbers of its two routes in the plain city, which knows no network. */
const PLAIN_ROUTES = { bus: 1, gate: 2 };

/** Builds a bus that leads to a gate, with a validator in each. Both cost FARE; who changes there pays once. */
export async function aBusLine(city: City): Promise<BusLine> {
  return city.name === 'ours' ? ourBusLine(city) : { bus: plainReport('bus'), gate: plainReport('gate') };
}

function plainReport(place: keyof typeof PLAIN_ROUTES): Report {
  const route_id = PLAIN_ROUTES[place];
  return (taps) => Promise.resolve(taps.map(({ card }) => ({ card_id: card.id, route_id })));
}

async function ourBusLine(city: City): Promise<BusLine> {
  const client = await connect(city.databaseUrl);
  try {
    await client.query(`DELETE FROM tariffs WHERE component = 'zonal'`);
    await insert(client, 'tariffs', { component: 'zonal', valid_from: '2000-01-01', price: FARE });
    const [stop, gate, end] = [await aStation(client), await aStation(client), await aStation(client)];
    const bus = await aRoute(client, [stop, gate], { route_type: 'ZONAL_UCE' });
    const line = await aRoute(client, [gate, end]);
    const { vehicle_id } = await aVehicle(client);
    const service = city.process(0);
    return {
      bus: ourReport(
        city,
        await aValidator(service, { vehicle_id, route_id: bus.route_id }),
        stop.station_id,
      ),
      gate: ourReport(
        city,
        await aValidator(service, { station_id: gate.station_id, route_id: line.route_id }),
        gate.station_id,
      ),
    };
  } finally {
    await client.end();
  }
}

/** All taps in one batch. The same tap has the same sequence number again. */
function ourReport(city: City, validator_id: number, station_id: number): Report {
  const numbered = new Map<LabTap, number>();
  return async (taps) => {
    const client = await connect(city.databaseUrl);
    try {
      const reported: object[] = [];
      for (const tap of taps) {
        const sequence = numbered.get(tap) ?? numbered.size + 1;
        numbered.set(tap, sequence);
        reported.push({
          sequence,
          kind: 'entry',
          decision: 'accepted',
          card_number: await numberOfCard(client, tap.card.id),
          station_id,
          tapped_at: tap.at.toISOString(),
        });
      }
      return [{ validator_id, sent_at: new Date().toISOString(), taps: reported }];
    } finally {
      await client.end();
    }
  };
}

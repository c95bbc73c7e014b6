import fc from 'fast-check';
import { connect } from '../../../test/builders/connect';
import { readVariable } from '../../../test/setup/variables';
import { ServiceCalendar } from './service-calendar';

/** TEST_SEED repeats a run, or makes another. */
const SEED = Number(process.env.TEST_SEED ?? 20_240_908);
const ZONES = Intl.supportedValuesOf('timeZone');

describe(ServiceCalendar.name, () => {
  it(`has the days that PostgreSQL reads from zone data of its own (seed ${SEED})`, async () => {
    const client = await connect(readVariable('TEST_POSTGRES_URL'));
    const { rows: known } = await client.query<{ name: string }>('SELECT name FROM pg_timezone_names');
    const zones = known.flatMap(({ name }) => (ZONES.includes(name) ? name : []));
    // Years of which nobody's zone data changes any more.
    const day = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2020, 0) });
    const moments = fc.sample(day, { seed: SEED, numRuns: 3 * zones.length }).flatMap((at, n) => {
      const zone = zones[n % zones.length] ?? '';
      const calendar = new ServiceCalendar(zone);
      const start = calendar.startOf(calendar.dayOf(new Date(at))).getTime();
      return [at, start, start - 1].map((ms) => ({ zone, ms, day: calendar.dayOf(new Date(ms)) }));
    });
    const { rows: wrong } = await client.query(
      `SELECT * FROM (
         SELECT *, (to_timestamp(ms / 1000.0) AT TIME ZONE zone)::date::text AS day_by_postgresql
         FROM json_to_recordset($1) AS moments (zone text, ms bigint, day text)) compared
       WHERE day <> day_by_postgresql`,
      [JSON.stringify(moments)],
    );
    await client.end();

    expect(zones.length).toBeGreaterThan(400);
    expect(wrong).toEqual([]);
  });
});

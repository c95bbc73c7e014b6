import type { Client } from 'pg';
import type { TapResult, TapResults } from '../../src/modules/taps/dto/tap-responses.dto';
import type { ValidatorResponse } from '../../src/modules/validators/dto/validators.dto';
import { type Answer, post } from '../setup/api';
import type { Service } from '../setup/service';
import { unique } from './insert';

type TestedService = Pick<Service, 'url'>;

/** A tap as a device reports it, without what all taps of a test have alike. */
export interface TapToSend {
  readonly sequence: number;
  readonly card_number: string;
  readonly tapped_at: string;
  readonly kind?: 'entry' | 'exit';
  readonly decision?: 'accepted' | 'refused';
  readonly route_id?: number;
  readonly station_id?: number;
}

/** Registers a device at a station or in a vehicle; its taps are of this route. */
export async function aValidator(
  service: TestedService,
  place: { station_id?: number; vehicle_id?: number; route_id?: number },
): Promise<number> {
  const { status, body } = await post<ValidatorResponse>(service, '/validators', {
    number: `V-${unique()}`,
    ...place,
  });
  if (status !== 201) throw new Error(`the validator was refused: ${JSON.stringify(body)}`);
  return body.validator_id;
}

/** Sends taps of a device whose clock is right. */
export function sendTaps(
  service: TestedService,
  validator_id: number,
  taps: readonly TapToSend[],
  given: Readonly<Record<string, unknown>> = {},
): Promise<Answer<TapResults>> {
  return post<TapResults>(service, '/taps', {
    validator_id,
    sent_at: new Date().toISOString(),
    taps: taps.map((tap) => ({ kind: 'entry', decision: 'accepted', ...tap })),
    ...given,
  });
}

/** What became of taps, by their sequence numbers: the outcome, or why a person decides. */
export function outcomesOf({
  body,
}: Answer<TapResults>): Record<number, TapResult['outcome'] | TapResult['reason']> {
  return Object.fromEntries(
    body.results.map(({ sequence, outcome, reason }) => [sequence, reason ?? outcome]),
  );
}

export async function numberOfCard(client: Client, cardId: number): Promise<string> {
  const { rows } = await client.query<{ card_number: string }>(
    'SELECT card_number FROM cards WHERE card_id = $1',
    [cardId],
  );
  return rows[0]?.card_number ?? '';
}

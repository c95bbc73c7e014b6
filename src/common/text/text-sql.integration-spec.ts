import fc from 'fast-check';
import type { Client } from 'pg';
import { connect } from '../../../test/builders/connect';
import { someText } from '../../../test/builders/some-text';
import { afterTest } from '../../../test/setup/after-test';
import { readVariable } from '../../../test/setup/variables';
import { faultIn, faultInLines } from './fault';
import { faultInLinesSql, faultSql, tidyLinesSql, tidySql } from './text-sql';
import { tidy, tidyLines } from './tidy';

/** TEST_SEED repeats a run, or makes another. */
const SEED = Number(process.env.TEST_SEED ?? 20_260_114);

describe('the rules of text in SQL', () => {
  it('are those of this process', async () => {
    const client: Client = await connect(readVariable('TEST_POSTGRES_URL'));
    afterTest(() => client.end());
    // PostgreSQL has neither NUL nor halves of surrogate pairs.
    const texts = fc
      .sample(someText, { seed: SEED, numRuns: 5_000 })
      .map((text) => text.replace(/[\0\p{Cs}]/gu, ''));

    const { rows } = await client.query<Record<'tidy' | 'lines' | 'fault' | 'fault_in_lines', string | null>>(
      `SELECT ${tidySql('given')} AS tidy, ${tidyLinesSql('given')} AS lines, ${faultSql('given', 9)} AS fault,
         ${faultInLinesSql('given', 9)} AS fault_in_lines
       FROM unnest($1::text[]) WITH ORDINALITY AS texts (given, place) ORDER BY place`,
      [texts],
    );

    expect(rows).toEqual(
      texts.map((text) => ({
        tidy: tidy(text),
        lines: tidyLines(text),
        fault: faultIn(text, 9),
        fault_in_lines: faultInLines(text, 9),
      })),
    );
  });
});

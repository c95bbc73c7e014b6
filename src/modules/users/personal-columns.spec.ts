import { createLogger } from '../../common/program/logger';
import { PERSONAL_COLUMNS } from './personal-columns';

it('the log shows none of the personal columns', () => {
  const lines: string[] = [];
  const rider = Object.fromEntries(PERSONAL_COLUMNS.map((name) => [name, 'a personal value']));

  createLogger('info', { write: (line) => lines.push(line) }).info(
    { user: rider, body: rider, ...rider },
    'seen',
  );

  expect(lines.join('')).not.toContain('a personal value');
});

import { createLogger } from '../../common/program/logger';
import { AppConfig } from '../../platform/config/app-config';
import { readEnvironment } from '../../platform/config/environment';
import { checkConnections } from './check-connections';

it('warns, and goes on, when the database does not say how many connections it has', async () => {
  const lines: string[] = [];
  const logger = createLogger('info', { write: (line) => lines.push(line) });
  const nobody = 'postgres://postgres:synthetic@127.0.0.1:1/nobody';

  await checkConnections(2, nobody, new AppConfig(readEnvironment()), logger);

  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 40,
    msg: expect.stringContaining('ECONNREFUSED') as string,
  });
  expect(lines.join('')).not.toContain('synthetic');
});

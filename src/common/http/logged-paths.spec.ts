import { fastify } from 'fastify';
import { LoggedPaths } from './logged-paths';

const paths = new LoggedPaths();

beforeAll(() => {
  const server = fastify();
  paths.learn(server);
  for (const path of ['/', '/users/:user_id', '/cards/:card_id/balance', '/stations/:code/details'])
    server.get(path, () => '');
});

describe('a path in the log', () => {
  it.each([
    ['/cards/70000001/balance?email=a@b.co', '/cards/70000001/balance'],
    ['/api/v1/stations/TM0101/details#a@b.co', '/api/v1/stations/TM0101/details'],
    ['http://user:secret@host/cards/1/balance', '/cards/1/balance'],
  ])('that was found is as it was sent: %s', (target, written) => {
    expect(paths.write(target, true)).toBe(written);
  });

  it.each([
    ['/cards/999999/balance', '/cards/999999/balance'],
    ['/cards/4000123412341234/balance', '/cards/*/balance'],
    ['/api/v1/users/a@b.co', '/api/v1/users/*'],
    ['/users/%61@b.co/', '/users/*/'],
    ['/users/1 ', '/users/*'],
    ['/nope/a@b.co?c#d', '/*/*'],
    ['/users/1#a@b.co', '/users/1'],
    ['a@b.co', '*'],
    ['ftp://a@b.co/users', '*//*/users'],
    ['/', '/'],
  ])('that was not found has only words of the service and short numbers: %s', (target, written) => {
    expect(paths.write(target, false)).toBe(written);
  });
});

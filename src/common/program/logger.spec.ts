import { createLogger } from './logger';

function linesOf(log: (logger: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  log(createLogger('info', { write: (line) => lines.push(line) }));
  return lines.join('');
}

describe('the log', () => {
  it('shows no personal data of an object, nor at the top', () => {
    const rider = { user_id: 7, email: 'sintetica@example.com', id_number: '900000001' };

    const lines = linesOf((logger) => {
      logger.info({ user: rider, ...rider }, 'looked at');
      logger.info({ body: { ...rider, password: 'synthetic' } }, 'was sent');
    });

    expect(lines).not.toMatch(/sintetica|900000001|synthetic/);
    expect(lines).toContain('"user_id":7');
  });

  it('shows no value that a driver or a parser quotes in its message', () => {
    const errors = [
      'Key (email)=(a)b) already exists.',
      'invalid input syntax for type date: "1931 (Ñ) b"',
      `Unexpected token 'b', "{"x": "b" is not valid JSON`,
      'Reply was already sent, did you forget to "return reply" in the "/"b" (GET) route?',
    ].map((message) => new Error(message));

    for (const error of errors)
      expect(linesOf((logger) => logger.error({ err: error }))).not.toMatch(/[\s"()]b["\\)]/);
  });

  it('shows no header that opens a door', () => {
    const headers = { authorization: 'Bearer abc', cookie: 'session=abc', 'idempotency-key': 'abc' };

    const lines = linesOf((logger) =>
      logger.info({
        req: { method: 'GET', url: '/users/abc', routeOptions: { url: '/users/:id' }, headers },
      }),
    );

    expect(lines).not.toContain('abc');
    expect(lines).toContain('"route":"/users/:id"');
  });

  it('shows neither the values of a refused row nor the password in a URL', () => {
    const error = new Error('Key (email)=(abc) exists, at postgres://service:abc@db/transit');

    expect(linesOf((logger) => logger.error({ err: error }))).not.toMatch(/[=:(]abc/);
  });
});

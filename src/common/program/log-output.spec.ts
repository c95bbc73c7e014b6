import { Writable } from 'node:stream';
import { createLogger } from './logger';
import { asText } from './log-output';

async function written(log: (logger: ReturnType<typeof createLogger>) => void): Promise<string> {
  const chunks: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk.toString());
      done();
    },
  });
  log(createLogger('info', await asText(stream, false)));
  return chunks.join('');
}

describe('the log as text', () => {
  it('says of a request what was asked, and how it was answered', async () => {
    const answered = {
      method: 'GET',
      path: '/cards/1/balance',
      status: 200,
      milliseconds: 1.25,
      cache: 'HIT',
    };

    const lines = await written((logger) => logger.info({ reqId: 'abc-1', ...answered }, 'answered'));

    expect(lines).toMatch(
      /^\[\d{2}:\d{2}:\d{2}\] INFO: GET \/cards\/1\/balance 200 1\.25 ms HIT \{"reqId":"abc-1"\}\n$/,
    );
  });

  it('keeps the message of every other line, and what belongs to it', async () => {
    const lines = await written((logger) => logger.warn({ attempts: 3 }, 'Redis is away'));

    expect(lines).toMatch(/WARN: Redis is away \{"attempts":3\}\n$/);
  });

  it('shows no personal data either', async () => {
    const lines = await written((logger) =>
      logger.info({ user: { email: 'sintetica@example.com' } }, 'seen'),
    );

    expect(lines).not.toContain('sintetica');
  });
});

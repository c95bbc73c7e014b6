import type { FastifyRequest } from 'fastify';
import { Clock } from '../../../common/time/clock';
import { SealedCookie } from './sealed-cookie';

class TestClock extends Clock {
  time = Date.now();

  override now(): Date {
    return new Date(this.time);
  }
}

const clock = new TestClock();

/** As another process over the same database has them, or over another one. */
const peopleOf = (database: string) => ({
  keyFor: (purpose: string) => Promise.resolve(Buffer.from(`${database} ${purpose}`.padEnd(32).slice(0, 32))),
});

const aCookie = (name: `__Host-${string}` = '__Host-a', database = 'one') =>
  new SealedCookie(name, 'Lax', peopleOf(database), clock);

/** A request with a cookie that was set. */
const returning = (line: string | null, name?: string): FastifyRequest => {
  const [pair = ''] = (line ?? '').split(';');
  const cookie = name === undefined ? pair : `${name}=${pair.split('=').slice(1).join('=')}`;
  return { headers: { cookie: `other=1; ${cookie}` } } as unknown as FastifyRequest;
};

describe('SealedCookie', () => {
  it('is opened by another process over the same database, and by none over another', async () => {
    const line = await aCookie().seal({ state: 'x' }, 60);

    expect(line).toMatch(/^__Host-a=[\w.-]+; Max-Age=60; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
    expect(await aCookie().open(returning(line))).toEqual({ state: 'x' });
    expect(await aCookie('__Host-a', 'two').open(returning(line))).toBeNull();
  });

  it('is not opened where it was sealed for something else, was altered, or is missing', async () => {
    const line = await aCookie().seal({ state: 'x' }, 60);

    expect(await aCookie('__Host-b').open(returning(line, '__Host-b'))).toBeNull();
    for (const wrong of [
      null,
      '__Host-a=',
      '__Host-a=x',
      '__Host-a=a.b.c.d.e',
      line?.replace(/...;/, 'AAA;') ?? '',
    ])
      expect(await aCookie().open(returning(wrong))).toBeNull();
  });

  it('is over by the clock of the service, whatever the browser keeps', async () => {
    const line = await aCookie().seal({ state: 'x' }, 60);
    clock.time += 59_000;
    expect(await aCookie().open(returning(line))).not.toBeNull();
    clock.time += 2_000;
    expect(await aCookie().open(returning(line))).toBeNull();
  });

  it('keeps nothing that a browser would not keep', async () => {
    expect(await aCookie().seal({ token: 'x'.repeat(3_500) }, 60)).toBeNull();
  });
});

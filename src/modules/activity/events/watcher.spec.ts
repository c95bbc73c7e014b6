import type { FastifyRequest } from 'fastify';
import { toFrame } from './event-types';
import { Watcher } from './watcher';

function aWatcher(): Watcher {
  const watcher = new Watcher({} as FastifyRequest, 'test', new Set(['figures']), false);
  watcher.begin('retry: 2000\n\n');
  return watcher;
}

const FRAME = toFrame('figures', { text: 'x'.repeat(10_000) });

describe(Watcher.name, () => {
  it('leaves out what a slow reader does not take, keeps little of it, and says so', async () => {
    const watcher = aWatcher();

    for (let second = 0; second < 1_000; second += 1) watcher.send(FRAME);
    expect(watcher.stream.writableLength + watcher.stream.readableLength).toBeLessThan(200_000);

    const received: string[] = [];
    watcher.stream.setEncoding('utf8').on('data', (text: string) => received.push(text));
    await new Promise((resolve) => watcher.stream.once('drain', resolve));
    watcher.send(FRAME);
    await new Promise((resolve) => setImmediate(resolve));
    const text = received.join('');
    const taken = text.split('event: figures').length - 1;
    expect(/event: skipped\ndata: \{"seconds":(\d+)\}/.exec(text)?.[1]).toBe(String(1_001 - taken));
  });

  it('takes nothing more after its end, and says why it ends', async () => {
    const watcher = aWatcher();
    watcher.end('stopping');
    watcher.send(FRAME);
    watcher.end('access');

    const received: string[] = [];
    for await (const text of watcher.stream.setEncoding('utf8')) received.push(text as string);
    expect(received.join('')).toBe('retry: 2000\n\nevent: bye\ndata: {"reason":"stopping"}\n\n');
  });

  it('does not wait for a reader that takes nothing when it ends', () => {
    const watcher = aWatcher();
    for (let second = 0; second < 100; second += 1) watcher.send(FRAME);
    watcher.end('stopping');

    expect(watcher.stream.destroyed).toBe(true);
  });
});

import type { ServerResponse } from 'node:http';
import type { Lab } from '../lab';

const EVENTS = ['state', 'offence', 'step', 'outcome', 'command'] as const;
/** A watcher that does not read is not kept in memory. */
const MOST_PENDING_BYTES = 1_000_000;

/** Sends what happens in the lab as server-sent events, until the watcher goes; the state is the first. */
export function streamEvents(lab: Lab, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const send = (event: string, data: unknown): void => {
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    if (response.writableLength > MOST_PENDING_BYTES) response.destroy();
  };
  const listeners = EVENTS.map((event) => ({ event, listener: (data: unknown) => send(event, data) }));
  for (const { event, listener } of listeners) lab.on(event, listener);
  response.on('close', () => {
    for (const { event, listener } of listeners) lab.off(event, listener);
  });
  send('state', lab.state);
}

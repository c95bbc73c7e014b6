import type { Worker } from 'node:cluster';

/** What the cluster module of Node.js and a worker say to each other (lib/internal/cluster/utils.js). */
interface ClusterMessage {
  readonly cmd?: string;
  readonly act?: string;
  readonly seq?: number;
  readonly ack?: number;
}

const CLUSTER = 'NODE_CLUSTER';
const listening = new Set<Worker>();

/**
 * Hands a connection that a worker was given, and had not taken when it was killed, to another worker. The cluster module asks
 * a worker whether it takes a connection, and keeps the connection open until there is an answer. From a worker that is gone
 * there is none, so its client would wait for ever. This gives the answer in its place: that it did not take the connection
 * or, where there is no other worker, that the connection can be closed.
 */
export function handOnConnections(worker: Worker): void {
  const { process: child } = worker;
  const offered = new Set<number>();
  const send = child.send.bind(child);
  const note = (...given: Parameters<typeof send>): boolean => {
    const { cmd, act, seq } = given[0] as ClusterMessage;
    if (cmd === CLUSTER && act === 'newconn' && seq !== undefined) offered.add(seq);
    return send(...given);
  };
  Object.assign(child, { send: note });
  child.on('internalMessage', ({ ack }: ClusterMessage) => {
    if (ack !== undefined) offered.delete(ack);
  });
  worker.once('listening', () => listening.add(worker));
  // The process is gone, and all that it had answered is read.
  child.once('close', () => {
    listening.delete(worker);
    if (offered.size === 0) return;
    // While a handle is on its way Node.js does not say so, and would give the next connections to this worker, too.
    child.emit('disconnect');
    for (const ack of offered)
      child.emit('internalMessage', { cmd: CLUSTER, ack, accepted: listening.size === 0 });
  });
}

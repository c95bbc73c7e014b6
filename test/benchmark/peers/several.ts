import cluster from 'node:cluster';
import { read } from './peer-server';

/** Several processes of another peer on one port, by Node's cluster and nothing more. */
if (cluster.isPrimary) {
  for (let n = 0; n < Number(read('PEER_PROCESSES')); n += 1) cluster.fork();
} else {
  void import(`./${read('PEER_NAME')}`);
}

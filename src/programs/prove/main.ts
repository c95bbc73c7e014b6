import { runUntilStopped } from '../../common/program/run-command';

/** Started by the service for `POST /proofs`: it proves everything, and writes down what it finds. It ends with the service. */
runUntilStopped(async (stop) => {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  const { prove } = await import('./prove.js');
  return prove(process.argv.slice(2), stop.aborted);
});

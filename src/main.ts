import { keepShapeOfTicks } from './common/program/keep-shape-of-ticks';
import { runUntilStopped } from './common/program/run-command';

keepShapeOfTicks();

// Stopped as it was asked to, a service has not failed, however far it had come.
process.exitCode = 0;

// Loaded when the signal to stop is already heard: that takes longer than all the rest of a start.
runUntilStopped(async (stop) => {
  const { start } = await import('./process/start.js');
  await start(stop);
  return 0;
});

import { runUntilStopped } from './common/run-command';

// Loaded when the signal to stop is already heard: that takes longer than all the rest of a start.
runUntilStopped(async (stop) => {
  const { start } = await import('./start.js');
  return start(stop);
});

/** Loaded into a service before it starts: on SIGUSR2 its event loop stands still for so many milliseconds. */
const { writeSync } = require('node:fs');
const { performance } = require('node:perf_hooks');

process.on('SIGUSR2', () => {
  writeSync(2, 'the event loop is blocked\n');
  const end = performance.now() + Number(process.env.BLOCK_FOR_MS);
  while (performance.now() < end);
});

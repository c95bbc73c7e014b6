const Sequencer = require('@jest/test-sequencer').default;

/** They take a minute or two each: begun last, one of them would run alone at the end. */
const LONG = [
  'races',
  'gtfs',
  'gtfs-refusals',
  'gtfs-updates',
  'import',
  'cache-failures',
  'gtfs-fares',
  'cache-operations',
  'model',
  'concurrency',
];

/** Runs the long test files first; a fresh clone does not know which they are. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const place = LONG.findIndex((name) => path.includes(`/${name}.`));
      return place < 0 ? LONG.length : place;
    };
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
};

const Sequencer = require('@jest/test-sequencer').default;

/** They take longer than the others: begun last, one of them would run alone at the end. */
const LONG = [
  'metrics',
  'races',
  'city-and-cache',
  'lab',
  'cache-failures',
  'model',
  'workers',
  'money-and-fares',
  'import',
  'concurrency',
  'idempotency',
  'access',
  'failover',
  'card-desk',
  'embedded-postgres',
  'crash',
  'upgrade',
  'sentinel',
  'revocation',
  'openapi',
  'cache-operations',
  'caching',
  'gtfs',
  'bad-input',
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

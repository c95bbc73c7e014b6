/** A process of its own that holds the embedded server of a data directory, as the service does. */
require('./register-typescript.cjs');
const { Client } = require('pg');
const { startEmbeddedPostgres } = require('../../src/platform/postgres/embedded/embedded-postgres.ts');

const say = (line) => process.stdout.write(`${line}\n`);

const [, , dataDir, settings = '{}'] = process.argv;

startEmbeddedPostgres({ dataDir, settings: JSON.parse(settings), log: () => undefined }).then(
  (postgres) => {
    process.on('SIGTERM', () => void end(postgres, 0));
    process.on('SIGINT', () => void finishWork(postgres.url).then(() => end(postgres, 0)));
    // The test run was killed: nobody will end this process.
    process.stdin.on('end', () => void end(postgres, 1)).resume();
    say(`URL ${postgres.url}`);
  },
  (error) => {
    say(`${error.name}: ${error.message}`);
    process.exit(1);
  },
);

/** What a graceful stop does first: the database must still be there. */
async function finishWork(url) {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    await client.query('SELECT pg_sleep(0.2)');
    await client.end();
    say('FINISHED');
  } catch (error) {
    say(`FAILED ${error.message}`);
  }
}

async function end(postgres, code) {
  await postgres.stop();
  process.exit(code);
}

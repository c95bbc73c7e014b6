import { dropDatabase } from './database';
import { startPostgres } from './postgres-server';
import { startSharedRedis } from './redis-server';
import { createTemplate } from './template';

declare global {
  var stopTestServers: (() => Promise<void>) | undefined;
}

/** Starts the servers of the whole run and migrates the template database, once. */
export default async function globalSetup(): Promise<void> {
  const stops: (() => Promise<void>)[] = [];
  globalThis.stopTestServers = async () => {
    for (const stop of stops.reverse()) await stop();
  };
  try {
    const postgres = await startPostgres();
    stops.push(() => postgres.stop());
    const redis = await startSharedRedis();
    stops.push(() => redis.stop());
    const template = await createTemplate(postgres.url);
    stops.push(() => dropDatabase(postgres.url, template));
    Object.assign(process.env, {
      TEST_POSTGRES_URL: postgres.url,
      TEST_TEMPLATE: template,
      TEST_COPY_STRATEGY: postgres.copyStrategy,
      TEST_REDIS_URL: redis.url,
    });
  } catch (error) {
    await globalThis.stopTestServers();
    throw error;
  }
}

import { join } from 'node:path';
import { applicationUrl } from './application-database';
import { CLUSTER_FOLDER, findCluster } from './cluster';
import { findServer } from './server';

/** Returns the URL of the embedded database that runs on this folder now, or null. Another process may hold it. */
export async function findRunningPostgres(dataDir: string): Promise<string | null> {
  const cluster = await findCluster(join(dataDir, CLUSTER_FOLDER));
  if (!cluster) return null;
  const server = findServer(cluster.dataFolder);
  return server?.isReady ? applicationUrl(cluster.password, server.port) : null;
}

import { fetchDebianPackage, type UnpackedProgram } from './debian-package';

/** Fetches the distribution's Redis. Its binary is in redis-tools; redis-server only links to it. */
export function fetchRedisPackage(): Promise<UnpackedProgram> {
  const packages = ['redis-server', 'redis-tools'];
  return fetchDebianPackage({ name: 'redis', packages, command: 'usr/bin/redis-server' });
}

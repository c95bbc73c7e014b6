/**
 * Only for the consistency checker: with `node --require` of this file, the built service caches as most services do. A
 * write commits and then deletes the keys. A miss loads and then stores, whatever happened in the meantime. The cache is
 * always trusted.
 */
const { Trust } = require('../../dist/platform/cache/protocol/cache-location');
const epoch = require('../../dist/platform/cache/protocol/epoch');
const { EpochKeeper } = require('../../dist/platform/cache/protocol/epoch-keeper');
const { EpochWatch } = require('../../dist/platform/cache/protocol/epoch-watch');
const { Marks } = require('../../dist/platform/cache/protocol/marks');
const { CacheNamespace } = require('../../dist/platform/cache/store/cache-namespace');
const { RedisSession } = require('../../dist/platform/cache/store/redis-session');

const namespace = new CacheNamespace('naive', 1n, 'naive');

EpochKeeper.prototype.onApplicationBootstrap = async function () {
  await this.connection.open();
};
EpochKeeper.prototype.raiseFence = () => Promise.resolve();

EpochWatch.prototype.trust = function () {
  const { session } = this.connection;
  return session ? new Trust(namespace, session, '') : null;
};

Marks.prototype.begin = async (client) => {
  const locked = await epoch.beginAndLockEpoch(client);
  return { ...locked, namespace, incarnation: '', mark: '' };
};
Marks.prototype.mark = (writer, keys) => ({ writer, keys, done: Promise.resolve() });
Marks.prototype.release = async function ({ keys }) {
  await this.connection.session?.drop(namespace, keys).catch(() => undefined);
};

RedisSession.prototype.acquire = () => Promise.resolve({ kind: 'lease' });
RedisSession.prototype.fill = async function (_namespace, key, _token, text, ttlMs) {
  await this.send(() => this.client.set(namespace.valueName(key), text, { PX: ttlMs }));
  return true;
};

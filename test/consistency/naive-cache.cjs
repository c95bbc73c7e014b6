/**
 * For the consistency checker alone: `node --require` this, and the built service caches as most do. A write commits and
 * then deletes; a miss loads and then stores, whatever happened meanwhile; the cache is always trusted.
 */
const epoch = require('../../dist/platform/cache/protocol/epoch');
const { EpochKeeper } = require('../../dist/platform/cache/protocol/epoch-keeper');
const { EpochWatch } = require('../../dist/platform/cache/protocol/epoch-watch');
const { Marks } = require('../../dist/platform/cache/protocol/marks');
const { Prefix } = require('../../dist/platform/cache/store/names');
const { RedisSession } = require('../../dist/platform/cache/store/redis-session');

const prefix = new Prefix('naive', 1n, 'naive');

epoch.prefixOf = () => prefix;

EpochKeeper.prototype.onApplicationBootstrap = async function () {
  await this.connection.open();
};
EpochKeeper.prototype.standAside = () => Promise.resolve();

EpochWatch.prototype.trust = function () {
  const { session } = this.connection;
  return session ? { prefix, session, life: '' } : null;
};

Marks.prototype.enter = () =>
  Promise.resolve({ prefix, life: '', epoch: '', runId: '', state: 'on', writer: '' });
Marks.prototype.begin = (writer, keys) => ({ writer, keys, done: Promise.resolve() });
Marks.prototype.release = async function ({ keys }) {
  await this.connection.session?.drop(prefix, keys).catch(() => undefined);
};

RedisSession.prototype.acquire = () => Promise.resolve({ kind: 'lease' });
RedisSession.prototype.fill = async function (_prefix, key, _token, text, timeToLive) {
  await this.send(() => this.client.set(prefix.value(key), text, { PX: timeToLive }));
  return true;
};

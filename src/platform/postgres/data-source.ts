import pg, { type PoolConfig } from 'pg';
import type { DataSourceOptions } from 'typeorm';
import type { AppConfig } from '../config/app-config';
import { Network1780000000001 } from './migrations/1780000000001-network';
import { RidersAndLedger1780000000002 } from './migrations/1780000000002-riders-and-ledger';
import { Recharges1780000000003 } from './migrations/1780000000003-recharges';
import { Trips1780000000004 } from './migrations/1780000000004-trips';
import { Imports1780000000005 } from './migrations/1780000000005-imports';
import { CacheEpoch1780000000006 } from './migrations/1780000000006-cache-epoch';
import { VehiclePositions1780000000007 } from './migrations/1780000000007-vehicle-positions';
import { FareRules1780000000008 } from './migrations/1780000000008-fare-rules';
import { NetworkSearch1780000000009 } from './migrations/1780000000009-network-search';
import { ClosedTotals1780000000010 } from './migrations/1780000000010-closed-totals';
import { IdempotencyInOneStep1780000000011 } from './migrations/1780000000011-idempotency-in-one-step';
import { StationsOfOpenTrips1780000000012 } from './migrations/1780000000012-stations-of-open-trips';
import { IdempotencyKeysInUse1780000000013 } from './migrations/1780000000013-idempotency-keys-in-use';
import { CountsOfOpenTrips1780000000014 } from './migrations/1780000000014-counts-of-open-trips';
import { RoomForUpdates1780000000015 } from './migrations/1780000000015-room-for-updates';
import { TripsOfACardByTime1780000000016 } from './migrations/1780000000016-trips-of-a-card-by-time';
import { BoundedText1780000000017 } from './migrations/1780000000017-bounded-text';
import { Proofs1780000000018 } from './migrations/1780000000018-proofs';
import { Feeds1780000000019 } from './migrations/1780000000019-feeds';
import { SearchPathOfFunctions1780000000020 } from './migrations/1780000000020-search-path-of-functions';
import { TotalsRollup1780000000021 } from './migrations/1780000000021-totals-rollup';
import { Access1780000000022 } from './migrations/1780000000022-access';
import { AuditAndSeals1780000000023 } from './migrations/1780000000023-audit-and-seals';
import { JournalOfOpenTrips1780000000024 } from './migrations/1780000000024-journal-of-open-trips';
import { KeysOfClients1780000000025 } from './migrations/1780000000025-keys-of-clients';
import { Erasure1780000000026 } from './migrations/1780000000026-erasure';
import { TotalsByLocality1780000000028 } from './migrations/1780000000028-totals-by-locality';
import { AgentsAndPeople1780000000029 } from './migrations/1780000000029-agents-and-people';
import { Pseudonyms1780000000031 } from './migrations/1780000000031-pseudonyms';
import { CheapAuditEntries1780000000032 } from './migrations/1780000000032-cheap-audit-entries';
import { AuditWriters1780000000033 } from './migrations/1780000000033-audit-writers';
import { ListsAndSearch1780000000035 } from './migrations/1780000000035-lists-and-search';
import { ProofsAndInstances1780000000036 } from './migrations/1780000000036-proofs-and-instances';
import { TotalsByPeriod1780000000037 } from './migrations/1780000000037-totals-by-period';
import { OperatorJobs1780000000041 } from './migrations/1780000000041-operator-jobs';
import { Debt1780000000042 } from './migrations/1780000000042-debt';
import { Taps1780000000043 } from './migrations/1780000000043-taps';
import { DeviceLists1780000000046 } from './migrations/1780000000046-device-lists';
import { Actions1780000000047 } from './migrations/1780000000047-actions';
import { KeyLookupsByIndex1780000000048 } from './migrations/1780000000048-key-lookups-by-index';
import { OpenTripsByIndex1780000000052 } from './migrations/1780000000052-open-trips-by-index';
import { TapsAndActionsOfACard1780000000053 } from './migrations/1780000000053-taps-and-actions-of-a-card';
import { RefusedTapsOfACard1780000000056 } from './migrations/1780000000056-refused-taps-of-a-card';
import type { ConnectionConfig } from './connection';
import { PreparingClient } from './preparing-client';
import { valueParsers } from './value-parsers';

/**
 * How long an unused connection is kept. Opening another one costs a login and the preparation of its statements; but a
 * network may drop a connection that is silent for some minutes.
 */
const IDLE_TIMEOUT_MS = 60_000;

/** All changes of the schema, in their order. */
export const migrations = [
  Network1780000000001,
  RidersAndLedger1780000000002,
  Recharges1780000000003,
  Trips1780000000004,
  Imports1780000000005,
  CacheEpoch1780000000006,
  VehiclePositions1780000000007,
  FareRules1780000000008,
  NetworkSearch1780000000009,
  ClosedTotals1780000000010,
  IdempotencyInOneStep1780000000011,
  StationsOfOpenTrips1780000000012,
  IdempotencyKeysInUse1780000000013,
  CountsOfOpenTrips1780000000014,
  RoomForUpdates1780000000015,
  TripsOfACardByTime1780000000016,
  BoundedText1780000000017,
  Proofs1780000000018,
  Feeds1780000000019,
  SearchPathOfFunctions1780000000020,
  TotalsRollup1780000000021,
  Access1780000000022,
  AuditAndSeals1780000000023,
  JournalOfOpenTrips1780000000024,
  KeysOfClients1780000000025,
  Erasure1780000000026,
  TotalsByLocality1780000000028,
  AgentsAndPeople1780000000029,
  Pseudonyms1780000000031,
  CheapAuditEntries1780000000032,
  AuditWriters1780000000033,
  ListsAndSearch1780000000035,
  ProofsAndInstances1780000000036,
  TotalsByPeriod1780000000037,
  OperatorJobs1780000000041,
  Debt1780000000042,
  Taps1780000000043,
  DeviceLists1780000000046,
  Actions1780000000047,
  KeyLookupsByIndex1780000000048,
  OpenTripsByIndex1780000000052,
  TapsAndActionsOfACard1780000000053,
  RefusedTapsOfACard1780000000056,
];

/** The options of the service's connections: a pool of limited size, whose statements and transactions have time limits. */
export function dataSourceOptions(config: AppConfig, url: string): DataSourceOptions {
  const transactionTimeout = `${config.get('DATABASE_TRANSACTION_TIMEOUT_MS')}`;
  const pool: PoolConfig & ConnectionConfig & { readonly Client: typeof PreparingClient } = {
    Client: PreparingClient,
    types: valueParsers,
    requiresPrimary: true,
    keepAlive: true,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    session: {
      statement_timeout: `${config.get('DATABASE_STATEMENT_TIMEOUT_MS')}`,
      idle_in_transaction_session_timeout: transactionTimeout,
      // Servers before PostgreSQL 17 do not have this setting. There only the watchdog of a write limits its transaction.
      transaction_timeout: transactionTimeout,
    },
    // The server limits its own statements; this limit is for a server that hangs or cannot be reached.
    query_timeout: config.get('DATABASE_STATEMENT_TIMEOUT_MS') + 1_000,
  };
  return {
    type: 'postgres',
    // Without this, TypeORM would load a second copy of the driver from node_modules, beside the one in the bundle.
    driver: pg,
    url,
    applicationName: 'travel-recharge',
    poolSize: config.get('DATABASE_POOL_SIZE'),
    connectTimeoutMS: config.get('DATABASE_CONNECT_TIMEOUT_MS'),
    // The next query replaces an unused connection that was lost. The pool only needs a listener for the event.
    poolErrorHandler: () => undefined,
    extra: pool,
    isolationLevel: 'READ COMMITTED',
    synchronize: false,
    logging: false,
  };
}

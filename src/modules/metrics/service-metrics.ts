import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { RequestDurations } from '../../common/http/request-durations';
import { CacheStatistics } from '../../platform/cache/cache-statistics';
import { EpochKeeper } from '../../platform/cache/protocol/epoch-keeper';
import { EpochWatch } from '../../platform/cache/protocol/epoch-watch';
import { Marks } from '../../platform/cache/protocol/marks';
import { AppConfig } from '../../platform/config/app-config';
import { Readiness } from '../../platform/health/readiness';
import { Metrics } from '../../platform/metrics/metrics';
import { UnansweredCommits } from '../../platform/postgres/unanswered-commits';
import { WriteCounts } from '../../platform/writes/write-counts';
import { InstancesService } from '../instances/instances.service';
import { describeBooks } from './book-metrics';
import { describeCache, yes } from './cache-metrics';
import { describeDatabase } from './database-metrics';
import { describeHttp } from './http-metrics';
import { LatestFigures } from './latest-figures';
import { describeProcess } from './process-metrics';

/** Every metric of the service, listed once. */
@Injectable()
export class ServiceMetrics {
  constructor(
    metrics: Metrics,
    requests: RequestDurations,
    statistics: CacheStatistics,
    watch: EpochWatch,
    keeper: EpochKeeper,
    marks: Marks,
    dataSource: DataSource,
    writes: WriteCounts,
    unanswered: UnansweredCommits,
    figures: LatestFigures,
    instances: InstancesService,
    readiness: Readiness,
    config: AppConfig,
  ) {
    metrics.gauge(
      'travel_ready',
      'Whether every process may be sent requests: 0 while the database is away from one, or one stops.',
      () => yes(!readiness.isLeaving && watch.databaseInForce()),
      'min',
    );
    describeHttp(metrics, requests);
    describeCache(metrics, { statistics, watch, keeper, marks });
    describeDatabase(metrics, dataSource, writes, unanswered);
    describeBooks(metrics, figures, config.get('CURRENCY'));
    describeProcess(metrics, () => instances.lateness);
  }
}

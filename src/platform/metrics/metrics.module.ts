import { DynamicModule, Global, Module } from '@nestjs/common';
import { RequestDurations } from '../../common/http/request-durations';
import { Metrics } from './metrics';
import { Scrape } from './scrape';

/** What the process counts, and the way to all processes' counts. */
@Global()
@Module({})
export class MetricsModule {
  /** @param durations of the requests, which the HTTP server counts. */
  static forRoot(durations: RequestDurations): DynamicModule {
    return {
      module: MetricsModule,
      providers: [Metrics, Scrape, { provide: RequestDurations, useValue: durations }],
      exports: [Metrics, Scrape, RequestDurations],
    };
  }
}

import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { OverloadedError } from '../../common/http/problem/service-errors';
import { Requires } from '../../platform/access/requires.decorator';
import { CONTENT_TYPE } from '../../platform/metrics/metric';
import { Scrape } from '../../platform/metrics/scrape';
import { WithoutDatabase } from '../../platform/postgres/database-reads';

@ApiTags('operations')
@WithoutDatabase()
@Controller('metrics')
export class MetricsController {
  constructor(private readonly scrape: Scrape) {}

  /**
   * Get the metrics of the service.
   *
   * @remarks Use it for a scraper that reaches only this port; `METRICS_PORT` opens one that needs no key. It has what all
   * processes behind this port count, as OpenMetrics text, in the names of OpenTelemetry where it has one. It waits for
   * a silent process for at most a second, and says which one is silent (`travel_worker_up`).
   */
  @Get()
  @Requires('metrics:read')
  @Header('content-type', CONTENT_TYPE)
  @ApiOkResponse({
    description: 'OpenMetrics text.',
    content: {
      'application/openmetrics-text': {
        schema: { type: 'string', example: '# TYPE travel_ready gauge\ntravel_ready 1\n# EOF\n' },
      },
    },
  })
  @ApiProblems(OverloadedError)
  metrics(): Promise<string> {
    return this.scrape.text();
  }
}

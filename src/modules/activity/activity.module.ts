import { Module } from '@nestjs/common';
import { MaintenanceModule } from '../maintenance/maintenance.module';
import { ActivityController } from './activity.controller';
import { ActivityRepository } from './activity.repository';
import { ActivityService } from './activity.service';
import { EventsController } from './events/events.controller';
import { FeedRepository } from './events/feed.repository';
import { LiveFeed } from './events/live-feed';
import { RefusalCounts } from './refusal-counts';

/** What happens now: boardings, recharges and refusals of the last days by minute, and as a stream. */
@Module({
  imports: [MaintenanceModule],
  controllers: [ActivityController, EventsController],
  providers: [ActivityService, ActivityRepository, RefusalCounts, LiveFeed, FeedRepository],
})
export class ActivityModule {}

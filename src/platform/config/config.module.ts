import { DynamicModule, Global, Module } from '@nestjs/common';
import { Clock } from '../../common/time/clock';
import { ServiceCalendar } from '../../common/time/service-calendar';
import { AppConfig } from './app-config';

/** Makes the validated configuration, the clock and the calendar available everywhere. */
@Global()
@Module({})
export class ConfigModule {
  static forRoot(config: AppConfig): DynamicModule {
    return {
      module: ConfigModule,
      providers: [
        { provide: AppConfig, useValue: config },
        { provide: ServiceCalendar, useValue: new ServiceCalendar(config.get('SERVICE_TIME_ZONE')) },
        Clock,
      ],
      exports: [AppConfig, ServiceCalendar, Clock],
    };
  }
}

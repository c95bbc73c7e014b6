import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { answersFacts } from '../../platform/access/lasting-facts';
import { DeviceListsModule } from '../device-lists/device-lists.module';
import { LateValidatorsRepository } from './late-validators.repository';
import { LateValidatorsService } from './late-validators.service';
import { Validator } from './validator.entity';
import { ValidatorsController } from './validators.controller';
import { ValidatorsRepository } from './validators.repository';
import { ValidatorsService } from './validators.service';

/** Where a device is; 0 where it is not of that kind. */
const validatorFacts = answersFacts({
  'station of validator': 'SELECT coalesce(station_id, 0) AS value FROM validators WHERE validator_id = $1',
  'vehicle of validator': 'SELECT coalesce(vehicle_id, 0) AS value FROM validators WHERE validator_id = $1',
});

@Module({
  imports: [TypeOrmModule.forFeature([Validator]), DeviceListsModule],
  controllers: [ValidatorsController],
  providers: [
    validatorFacts,
    ValidatorsService,
    ValidatorsRepository,
    LateValidatorsService,
    LateValidatorsRepository,
  ],
  exports: [ValidatorsRepository],
})
export class ValidatorsModule {}

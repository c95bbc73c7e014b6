import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../platform/config/app-config';
import { DeviceLists } from '../device-lists/device-lists.service';
import type { LateValidators } from './dto/late-validators.dto';
import { LateValidatorsRepository } from './late-validators.repository';

/** Which validators a control centre has to look after. */
@Injectable()
export class LateValidatorsService {
  constructor(
    private readonly validators: LateValidatorsRepository,
    private readonly lists: DeviceLists,
    private readonly config: AppConfig,
  ) {}

  async find(): Promise<LateValidators> {
    const late_after_minutes = this.config.get('VALIDATOR_LATE_MINUTES');
    const hotlist_version = await this.lists.versionOf('hotlist');
    const [counts, found] = await Promise.all([
      this.validators.count(late_after_minutes, hotlist_version),
      this.validators.find(late_after_minutes),
    ]);
    const validators = found.map((validator) => ({
      ...validator,
      hotlist_versions_behind:
        validator.hotlist_version === null ? null : Math.max(0, hotlist_version - validator.hotlist_version),
    }));
    return { ...counts, late_after_minutes, hotlist_version, validators };
  }
}

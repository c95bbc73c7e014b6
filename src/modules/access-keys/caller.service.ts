import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { version } from '../../common/program/version';
import { findAccessKey } from '../../platform/access/access-key-store';
import type { Caller } from '../../platform/access/caller';
import { SCOPES } from '../../platform/access/scopes';
import { AppConfig } from '../../platform/config/app-config';
import type { CallerResponse } from './dto/caller-response.dto';

/** Says to callers who they are. */
@Injectable()
export class CallerService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly config: AppConfig,
  ) {}

  async describe({ client, keyId, role, scopes }: Caller): Promise<CallerResponse> {
    const key = keyId === null ? null : await findAccessKey(this.dataSource, keyId);
    return {
      auth: this.config.authMode,
      key_id: keyId,
      name: key?.name ?? null,
      client,
      role,
      scopes: [...(scopes ?? SCOPES)],
      expires_at: key?.expires_at ?? null,
      currency: this.config.get('CURRENCY'),
      time_zone: this.config.get('SERVICE_TIME_ZONE'),
      version,
    };
  }
}

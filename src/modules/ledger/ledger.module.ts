import { Module, OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AppConfig } from '../../platform/config/app-config';
import { Account } from './account.entity';
import { LedgerRepository } from './ledger.repository';
import { Posting } from './posting.entity';

/** The double-entry ledger: accounts and postings. */
@Module({
  imports: [TypeOrmModule.forFeature([Account, Posting])],
  providers: [LedgerRepository],
  exports: [LedgerRepository],
})
export class LedgerModule implements OnModuleInit {
  constructor(
    private readonly ledger: LedgerRepository,
    private readonly config: AppConfig,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.ledger.openCashAccounts(this.config.rechargeChannels);
  }
}

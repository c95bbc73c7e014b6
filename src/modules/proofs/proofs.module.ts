import { Module } from '@nestjs/common';
import { ProofRunner } from './proof-runner';
import { ProofsController } from './proofs.controller';
import { ProofsRepository } from './proofs.repository';
import { ProofsService } from './proofs.service';

@Module({
  controllers: [ProofsController],
  providers: [ProofsService, ProofsRepository, ProofRunner],
})
export class ProofsModule {}

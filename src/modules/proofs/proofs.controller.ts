import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiId } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { idPipe } from '../../common/http/id.pipe';
import { PageQuery } from '../../common/http/pagination';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { ProofRunningError } from '../../common/http/problem/service-errors';
import { Requires } from '../../platform/access/requires.decorator';
import { Write } from '../../platform/writes/write.decorator';
import type { WriteRequest } from '../../platform/writes/write-request';
import { ProofPage, ProofResponse } from './dto/proofs.dto';
import { ProofsService } from './proofs.service';

@ApiTags('operations')
@Controller('proofs')
export class ProofsController {
  constructor(private readonly proofs: ProofsService) {}

  /**
   * List the proofs.
   *
   * @remarks It shows when the books, the fares and the audit trail were proven, by whom, and what came out, newest first.
   * Programs such as `npm run ledger:verify` note their result here too.
   */
  @Get()
  @Requires('proofs:read')
  list(@Query() page: PageQuery): Promise<ProofPage> {
    return this.proofs.list(page);
  }

  /**
   * Get the last proof.
   *
   * @remarks Use it for a dashboard. It returns the newest proof that has ended, or that was abandoned. While there is none, the
   * status is 204 No Content.
   */
  @Get('latest')
  @Requires('proofs:read')
  @ApiOkResponse({ type: ProofResponse })
  @ApiNoContentResponse({ description: 'Nothing was proven yet.' })
  latest(): Promise<ProofResponse | null> {
    return this.proofs.latest();
  }

  /**
   * Get a proof.
   *
   * @remarks Use it to follow a proof that is running: ask again every second.
   */
  @Get(':proof_id')
  @Requires('proofs:read')
  @ApiId('proof_id')
  @ApiProblems(NotFoundError.of('proof'))
  get(@Param('proof_id', idPipe('proof')) proofId: number): Promise<ProofResponse> {
    return this.proofs.get(proofId);
  }

  /**
   * Prove the books, the fares and the audit trail now.
   *
   * @remarks It begins what `npm run ledger:verify`, `fares:verify` and `audit:verify` do, in a process of its own that gives
   * way to the service, and returns at once: follow it with `GET /proofs/{proof_id}`. It reads snapshots of the database, while
   * requests are served, and with `PROVEN_FILE` only what is new. It changes nothing but the record of the proof. Only one
   * proof runs at a time, over all processes. If its process is killed, the proof is `abandoned` after a minute.
   */
  @Post()
  @Requires('proofs:run')
  @HttpCode(202)
  @ApiProblems(ProofRunningError)
  begin(@Write() request: WriteRequest): Promise<ProofResponse> {
    return this.proofs.begin(request);
  }
}

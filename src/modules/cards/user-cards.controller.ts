import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { Cached } from '../../platform/cache/cache.decorators';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { ApiId } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { idPipe } from '../../common/http/id.pipe';
import { CardsService } from './cards.service';
import { UserCardBalance, UserCards } from './dto/card-responses.dto';

@ApiTags('users')
@Controller('users/:user_id')
export class UserCardsController {
  constructor(private readonly cards: CardsService) {}

  /**
   * List a rider's cards.
   *
   * @remarks Use it to let a rider choose one of several cards. It returns each card with its number, status and
   * balance.
   */
  @Get('cards')
  @Requires('cards:read', { own: 'user_id', noted: 'read' })
  @ApiId('user_id')
  @ApiProblems(NotFoundError.of('user'))
  list(@Param('user_id', idPipe('user')) userId: number): Promise<UserCards> {
    return this.cards.listOfUser(userId);
  }

  /**
   * Get the balances of a rider's cards.
   *
   * @remarks Use it to show a rider all of the money at once. It returns the balance of each card and their sum.
   */
  @Get('card-balance')
  @Requires('cards:read', { own: 'user_id', noted: 'read' })
  @Cached(cacheKeys.userCardBalance)
  @ApiId('user_id')
  @ApiProblems(NotFoundError.of('user'))
  balance(@Param('user_id', idPipe('user')) userId: number): Promise<UserCardBalance> {
    return this.cards.balanceOfUser(userId);
  }
}

import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { Cached } from '../../platform/cache/cache.decorators';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { ApiId } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { idOf } from '../../common/http/id.pipe';
import { CardsService } from './cards.service';
import { UserCardBalance, UserCards } from './dto/card-answers.dto';

@ApiTags('users')
@Controller('users/:user_id')
@ApiProblems({ 404: 'user_not_found' })
export class UserCardsController {
  constructor(private readonly cards: CardsService) {}

  /**
   * List a rider's cards.
   *
   * @remarks It returns each card with its number, status and balance.
   */
  @Get('cards')
  @Requires('cards:read', { own: 'user_id' })
  @ApiId('user_id')
  list(@Param('user_id', idOf('user')) userId: number): Promise<UserCards> {
    return this.cards.listOfUser(userId);
  }

  /**
   * Get the balances of a rider's cards.
   *
   * @remarks It returns the balance of each card, and their sum.
   */
  @Get('card-balance')
  @Requires('cards:read', { own: 'user_id' })
  @Cached(cacheKeys.userCardBalance)
  @ApiId('user_id')
  balance(@Param('user_id', idOf('user')) userId: number): Promise<UserCardBalance> {
    return this.cards.balanceOfUser(userId);
  }
}

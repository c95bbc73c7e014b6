import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { IsInt } from 'class-validator';
import type { HandlerMethod } from '../../common/http/request/handlers';
import { cacheKeys } from '../cache/cache-keys';
import { Cached } from '../cache/cache.decorators';
import { accessPolicyOf } from './access-policy';
import type { Caller } from './caller';
import { Public, Requires, WhoCalls } from './requires.decorator';
import { bindingsOf, ROLES, rolesWith, SCOPES, scopesOf } from './scopes';

class Quote {
  @IsInt()
  card_id!: number;
}

class Listed {
  @IsInt()
  user_id?: number;
}

@Controller('cards')
class CardsController {
  @Get('silent')
  silent(): void {
    return;
  }

  @Get('public')
  @Public()
  open(): void {
    return;
  }

  @Get(':card_id')
  @Requires('cards:read', { own: 'card_id' })
  get(@Param('card_id') id: string): string {
    return id;
  }

  @Post('quote')
  @Requires('fares:quote', { own: 'card_id' })
  quote(@Body() body: Quote): Quote {
    return body;
  }

  @Get('all')
  @Requires('cards:read', { own: 'card_id' })
  nobodys(): void {
    return;
  }

  @Get()
  @Requires('cards:read', { own: 'user_id' })
  list(@Query() query: Listed): Listed {
    return query;
  }

  @Get('totals')
  @Requires('totals:read')
  @Cached(cacheKeys.tripsTotal)
  mine(@WhoCalls() caller: Caller): Caller {
    return caller;
  }

  helper(): void {
    return;
  }
}

const policyOf = (name: keyof CardsController) =>
  accessPolicyOf({
    controller: CardsController,
    method: Reflect.get(CardsController.prototype, name) as HandlerMethod,
  });

describe(accessPolicyOf.name, () => {
  it('refuses an operation that says nothing, by its name', () => {
    expect(() => policyOf('silent')).toThrow('CardsController.silent says neither @Requires nor @Public');
  });

  it('asks nothing of what answers no requests', () => {
    expect(policyOf('helper')).toBeNull();
  });

  it('knows what is public', () => {
    expect(policyOf('open')).toEqual({ scope: null, own: null });
  });

  it('finds whose it is in the path, else in the body or in the query', () => {
    expect(policyOf('get')?.own).toEqual({ name: 'card_id', isInBody: false });
    expect(policyOf('quote')?.own).toEqual({ name: 'card_id', isInBody: true });
    expect(policyOf('list')?.own).toEqual({ name: 'user_id', isInBody: false, isInQuery: true });
    expect(() => policyOf('nobodys')).toThrow("has no card_id that could be somebody's own");
  });

  it('refuses a cached operation that asks who calls', () => {
    expect(() => policyOf('mine')).toThrow('CardsController.mine is cached, and takes more of a request');
  });
});

describe('roles', () => {
  it('let nobody but an administrator manage keys', () => {
    expect(rolesWith('keys:manage')).toEqual(['administrator']);
  });

  it('give an administrator no money, and an auditor no change', () => {
    const writes = SCOPES.filter((scope) =>
      /:(write|reverse|issue|board|alight|status|manage|run)$/.test(scope),
    );
    // A proof writes down what it found, and changes nothing else.
    expect(writes.filter((scope) => scopesOf('auditor').has(scope))).toEqual(['proofs:run']);
    expect(
      [...scopesOf('administrator')].filter((scope) => /^(cards|recharges|trips|users|revenue)/.test(scope)),
    ).toEqual([]);
  });

  it('leave no scope without a role', () => {
    expect(SCOPES.filter((scope) => rolesWith(scope).length === 0)).toEqual([]);
  });

  it('bind riders, recharge points and validators, and nobody else', () => {
    expect(ROLES.filter((role) => bindingsOf(role).length > 0)).toEqual([
      'rider',
      'recharge_point',
      'validator',
    ]);
  });
});

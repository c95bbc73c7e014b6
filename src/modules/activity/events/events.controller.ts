import { PassThrough } from 'node:stream';
import { Controller, Get, Query, Req, StreamableFile } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiProblems } from '../../../common/http/api-problems.decorator';
import { ScopeMissingError, TooManyWatchersError } from '../../../common/http/problem/access-errors';
import { InvalidValueError } from '../../../common/http/problem/request-errors';
import { OverloadedError } from '../../../common/http/problem/service-errors';
import { Headers, type ReplyHeaders } from '../../../common/http/reply-headers';
import type { Caller } from '../../../platform/access/caller';
import { networkOf } from '../../../platform/access/limits/network-of';
import { Requires } from '../../../platform/access/requires.decorator';
import { AppConfig } from '../../../platform/config/app-config';
import { EventsQuery } from '../dto/events-query.dto';
import { EVENT_SCOPES, EVENT_TYPES, type EventType, isEventType } from './event-types';
import { parseEventId } from './feed-position';
import { LiveFeed } from './live-feed';
import { Watcher } from './watcher';

const MOST_KEYS = 20;
const EVENT_STREAM = 'text/event-stream; charset=utf-8';

@ApiTags('activity')
@Controller('events')
export class EventsController {
  constructor(
    private readonly feed: LiveFeed,
    private readonly config: AppConfig,
  ) {}

  /**
   * Watch what happens.
   *
   * @remarks It sends server-sent events (HTML, 9.2) until the caller leaves, the service stops, or the key is no longer
   * valid, which is checked every ten seconds. `hello` comes first, then each second `figures` and what else was new:
   * `boardings`, `recharges`, `refusals`, `alerts`, `evictions`, `epochs` and `steps`. Each type needs a scope of its own:
   * totals:read, revenue:read, totals:read, network:read, and cache:read for the last three; `figures` needs totals:read.
   * Cards and keys of the cache are named only to callers with cards:read. `evictions` and `steps` are those of the process
   * that sends the stream. `steps` tells what happens to the `keys` in the query, in its order: `marked` and `released` by a
   * write, with the id of its transaction; `leased`, `met_mark`, `filled` and `fill_refused` by readers. A list has at most 100 rows; `more` counts the others. Who resumes with `Last-Event-ID` gets what it
   * missed, and may get some of it twice. `skipped` says that the reader was too slow for some seconds, `database` whether
   * the database is away, and `bye` why the stream ends. Where streams do not pass, ask `GET /activity/minutes` instead.
   */
  @Get()
  @Requires('events:read')
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The id of the last event that was received.',
    schema: { type: 'string', examples: ['21001.6985'] },
  })
  @ApiOkResponse({
    description: 'The events.',
    content: {
      'text/event-stream': {
        schema: {
          type: 'string',
          description: 'Frames of `id`, `event` and `data`; the data is one JSON object.',
          example:
            'id: 21001.6985\nevent: figures\ndata: {"at":"2026-11-28T13:00:00.000Z","boardings":3,"revenue":10650,"recharges":0,"recharged":0,"refusals":0,"watchers":1}\n\n',
        },
      },
    },
  })
  @ApiProblems(TooManyWatchersError, ScopeMissingError)
  async watch(
    @Query() query: EventsQuery,
    @Req() request: FastifyRequest,
    @Headers() headers: ReplyHeaders,
  ): Promise<StreamableFile> {
    const types = typesOf(query.types, request.caller);
    const keys = keysOf(query.keys, request.caller);
    // A proxy must neither keep, nor compress, nor collect what is to be seen at once; and the connection is for it alone.
    headers
      .set('cache-control', 'no-store, no-transform')
      .set('x-accel-buffering', 'no')
      .set('connection', 'close');
    if (request.method === 'HEAD') return new StreamableFile(new PassThrough().end(), { type: EVENT_STREAM });
    const watcher = new Watcher(request, nameOf(request), types, mayRead(request.caller, 'cards:read'), keys);
    this.requireRoom(watcher.name);
    const from = [request.headers['last-event-id'] ?? query.last_event_id].flat()[0];
    await this.feed.join(watcher, parseEventId(from));
    return new StreamableFile(watcher.stream, { type: EVENT_STREAM });
  }

  /** @throws TooManyWatchersError, OverloadedError */
  private requireRoom(name: string): void {
    const most = this.config.get('EVENT_WATCHERS_PER_CLIENT');
    if (this.feed.countOf(name) >= most) throw new TooManyWatchersError(most);
    if (this.feed.size >= this.config.get('EVENT_WATCHERS')) throw new OverloadedError();
  }
}

/** @throws InvalidValueError for an unknown type, ScopeMissingError for one that the caller may not see. */
function typesOf(text: string | undefined, caller: Caller): ReadonlySet<EventType> {
  if (text === undefined) return new Set(EVENT_TYPES.filter((type) => mayRead(caller, EVENT_SCOPES[type])));
  const types = text.split(',').map((type) => type.trim());
  if (!types.every(isEventType))
    throw new InvalidValueError('The types are not acceptable.', [
      { pointer: '/types', detail: `must be some of ${EVENT_TYPES.join(', ')}, with commas between them` },
    ]);
  const missing = types.map((type) => EVENT_SCOPES[type]).find((scope) => !mayRead(caller, scope));
  if (missing) throw new ScopeMissingError(missing);
  return new Set(types);
}

/** @throws InvalidValueError for too many keys, ScopeMissingError because they name cards. */
function keysOf(text: string | undefined, caller: Caller): ReadonlySet<string> {
  const keys = new Set<string>(text?.split(',').map((key) => key.trim()));
  if (keys.size > MOST_KEYS)
    throw new InvalidValueError('The keys are not acceptable.', [
      { pointer: '/keys', detail: `must be at most ${MOST_KEYS}` },
    ]);
  if (keys.size > 0 && !mayRead(caller, 'cards:read')) throw new ScopeMissingError('cards:read');
  return keys;
}

function mayRead({ scopes }: Caller, scope: Parameters<NonNullable<Caller['scopes']>['has']>[0]): boolean {
  return scopes === null || scopes.has(scope);
}

/** By whom streams are counted: a key, else a client, else the network of the address. */
function nameOf({ caller: { keyId, client }, address }: FastifyRequest): string {
  return keyId ?? (client === '' ? networkOf(address) : client);
}

import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { RequestMethod } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { Injectable } from '@nestjs/common';
import { type Handler, handlersOf } from '../../../common/http/request/handlers';
import { ACCESS, type AccessMetadata } from '../../access/requires.decorator';
import { AppConfig } from '../../config/app-config';
import { CACHED, type CachedMetadata, EVICTED_TEMPLATES } from '../cache.decorators';
import { cacheKeys } from '../cache-keys';
import { CacheStatistics } from '../cache-statistics';
import type { CacheTemplate } from './dto/cache-responses.dto';

const NEVER_READ = { hits: 0, misses: 0, bypasses: 0, stale: 0 };

/** What is cached, and how: from what the operations say of themselves. */
@Injectable()
export class CacheTemplates {
  private readonly handlers: readonly Handler[];

  constructor(
    discovery: DiscoveryService,
    private readonly config: AppConfig,
    private readonly statistics: CacheStatistics,
  ) {
    this.handlers = handlersOf(discovery, new MetadataScanner());
  }

  list(): CacheTemplate[] {
    const counts = this.statistics.byTemplate();
    const cached = this.handlers.flatMap((handler) => {
      const metadata = Reflect.getMetadata(CACHED, handler.method) as CachedMetadata | undefined;
      return metadata ? [{ handler, metadata }] : [];
    });
    return Object.values(cacheKeys).map(({ template, parameters, timeToLive, changesWithTime }) => {
      const readers = cached.filter(({ metadata }) => metadata.key.template === template);
      return {
        template,
        parameters: [...parameters],
        operations: readers.flatMap(({ handler }) => namesOf(handler)),
        scope: readers.map(({ handler }) => scopeOf(handler)).find((scope) => scope !== null) ?? null,
        ttl_seconds: this.config.get(timeToLive),
        changes_with_time: changesWithTime,
        may_be_stale: readers.some(({ metadata }) => metadata.mayBeStale),
        evicted_by: this.handlers
          .filter((handler) => templatesEvictedBy(handler).includes(template))
          .flatMap(namesOf),
        ...(counts[template] ?? NEVER_READ),
        bypassed_because: this.statistics.bypassReasonsOf(template),
      };
    });
  }
}

function templatesEvictedBy({ method }: Handler): readonly string[] {
  return (Reflect.getMetadata(EVICTED_TEMPLATES, method) as readonly string[] | undefined) ?? [];
}

function scopeOf({ controller, method }: Handler): string | null {
  const access = (Reflect.getMetadata(ACCESS, method) ?? Reflect.getMetadata(ACCESS, controller)) as
    AccessMetadata | undefined;
  return access && access !== 'public' ? access.scope : null;
}

/** As the OpenAPI document names the operations of a handler. */
function namesOf({ controller, method }: Handler): string[] {
  const verb = RequestMethod[Reflect.getMetadata(METHOD_METADATA, method) as RequestMethod];
  const [roots, ends] = [controller, method].map((part) =>
    [Reflect.getMetadata(PATH_METADATA, part) as string | string[]].flat(),
  );
  return (roots ?? []).flatMap((root) =>
    (ends ?? []).map((end) => {
      const path = [root, end].flatMap((part) => part.split('/')).filter(Boolean);
      return `${verb} /${path.join('/').replace(/:(\w+)/g, '{$1}')}`;
    }),
  );
}

import { Injectable, OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { handlersOf } from '../../common/http/request/handlers';
import { CACHED, CachedMetadata } from './cache.decorators';
import { CachedRoute } from './cached-route';

/** All cached operations. If one is declared wrongly, the service does not start. */
@Injectable()
export class CachedRoutes implements OnModuleInit {
  private readonly routes = new Map<unknown, CachedRoute>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onModuleInit(): void {
    for (const handler of handlersOf(this.discovery, this.scanner)) {
      const metadata = Reflect.getMetadata(CACHED, handler.method) as CachedMetadata | undefined;
      if (metadata) this.routes.set(handler.method, new CachedRoute(metadata, handler));
    }
  }

  /** Returns undefined for a handler that is not cached. */
  find(handler: unknown): CachedRoute | undefined {
    return this.routes.get(handler);
  }
}

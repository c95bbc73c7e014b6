import { Injectable, OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { CACHED, CachedMetadata } from './cache.decorators';
import { CachedRoute } from './cached-route';

type Handler = (...parameters: unknown[]) => unknown;

/** Every cached operation; one that is declared wrongly keeps the service from starting. */
@Injectable()
export class CachedRoutes implements OnModuleInit {
  private readonly routes = new Map<unknown, CachedRoute>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onModuleInit(): void {
    for (const { metatype } of this.discovery.getControllers()) {
      if (typeof metatype !== 'function') continue;
      const controller = metatype as new () => object;
      const prototype = controller.prototype as Record<string, Handler>;
      for (const name of this.scanner.getAllMethodNames(prototype)) {
        const handler = prototype[name];
        const metadata = handler && (Reflect.getMetadata(CACHED, handler) as CachedMetadata | undefined);
        if (handler && metadata) this.routes.set(handler, new CachedRoute(metadata, controller, handler));
      }
    }
  }

  /** The route of a handler, if it is cached. */
  of(handler: unknown): CachedRoute | undefined {
    return this.routes.get(handler);
  }
}

import type { Type } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';

export type HandlerMethod = (...parameters: unknown[]) => unknown;

/** A method of a controller. */
export interface Handler {
  readonly controller: Type;
  readonly method: HandlerMethod;
}

/** The methods of all controllers. */
export function handlersOf(discovery: DiscoveryService, scanner: MetadataScanner): Handler[] {
  return discovery.getControllers().flatMap(({ metatype }) => {
    if (typeof metatype !== 'function') return [];
    const controller = metatype as Type;
    const prototype = controller.prototype as Record<string, HandlerMethod>;
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const method = prototype[name];
      return method ? [{ controller, method }] : [];
    });
  });
}

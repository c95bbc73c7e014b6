import { SetMetadata } from '@nestjs/common';
import type { Handler } from '../../common/http/request/handlers';

const COMPRESSED = Symbol('compressed');

/** The response is large and seldom changes: it is compressed for callers that accept gzip. Only for what is cached. */
export const Compressed = (): MethodDecorator => SetMetadata(COMPRESSED, true);

/** Whether an operation says so. */
export function isCompressed({ method }: Handler): boolean {
  return Reflect.hasMetadata(COMPRESSED, method);
}

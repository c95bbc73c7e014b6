import { Injectable, PipeTransform } from '@nestjs/common';
import { NotFoundError, Resource } from './problem/not-found-error';

/**
 * An id in a path. A text that cannot be an id is refused with 404 and not 422, because nothing has that id. The same holds
 * for an integer beyond 2^53, which our sequences do not reach. An id has only one spelling: if `007` were allowed for 7, the
 * same response would be cached twice.
 *
 * @throws NotFoundError
 */
export function idPipe(resource: Resource): PipeTransform<string, number> {
  @Injectable()
  class IdPipe implements PipeTransform<string, number> {
    transform(value: string): number {
      const id = /^[1-9]\d{0,18}$/.test(value) ? Number(value) : NaN;
      if (!Number.isSafeInteger(id)) throw new NotFoundError(resource, value);
      return id;
    }
  }
  return new IdPipe();
}

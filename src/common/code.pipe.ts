import { Injectable, PipeTransform } from '@nestjs/common';
import { NotFoundError, Resource } from './problem/domain-error';

const LONGEST_CODE = 100;

/**
 * A code in a path. Text that can be no code names nothing: it is too long, or has a NUL, which PostgreSQL refuses.
 *
 * @throws NotFoundError
 */
export function codeOf(resource: Resource): PipeTransform<string, string> {
  @Injectable()
  class CodePipe implements PipeTransform<string, string> {
    transform(value: string): string {
      if (value.length > LONGEST_CODE || value.includes('\0')) throw new NotFoundError(resource, value);
      return value;
    }
  }
  return new CodePipe();
}

import { PipeTransform } from '@nestjs/common';
import { NotFoundError, Resource } from './problem/not-found-error';
import { faultIn } from '../text/fault';
import { LONGEST } from '../text/lengths';
import { tidy } from '../text/tidy';

/** A code in a path. It is tidied in the same way as stored codes. A text that cannot be a code is refused with 404. */
export class CodePipe implements PipeTransform<string, string> {
  constructor(private readonly resource: Resource) {}

  /** @throws NotFoundError */
  transform(value: string): string {
    const code = tidy(value);
    if (faultIn(code, LONGEST.code) !== null) throw new NotFoundError(this.resource, code);
    return code;
  }
}

import { PipeTransform } from '@nestjs/common';
import { NotFoundError, Resource } from './problem/not-found-error';
import { faultIn } from '../text/fault';
import { LONGEST } from '../text/lengths';
import { tidy } from '../text/tidy';

/** A code in a path, tidied as it is where it is stored. Text that can be no code names nothing. */
export class CodePipe implements PipeTransform<string, string> {
  constructor(private readonly resource: Resource) {}

  /** @throws NotFoundError */
  transform(value: string): string {
    const code = tidy(value);
    if (faultIn(code, LONGEST.code) !== null) throw new NotFoundError(this.resource, code);
    return code;
  }
}

import { Injectable, ValidationError, ValidationPipe } from '@nestjs/common';
import { Complaint, InvalidValueError } from './problem/domain-error';

/** Refuses what a body or query may not say, an unknown member included, and says where and why. */
@Injectable()
export class RequestValidationPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      stopAtFirstError: true,
      exceptionFactory: (errors) =>
        new InvalidValueError('The request is not acceptable.', errors.flatMap(complaintsOf)),
    });
  }
}

function complaintsOf({ property, constraints = {}, children = [] }: ValidationError): Complaint[] {
  // RFC 6901: ~ and / are escaped in a pointer
  const pointer = `/${property.replace(/~/g, '~0').replace(/\//g, '~1')}`;
  const own = Object.entries(constraints).map(([rule, detail]) => ({
    pointer,
    detail: rule === 'whitelistValidation' ? 'is not a member that is known here' : detail,
  }));
  const nested = children
    .flatMap(complaintsOf)
    .map((child) => ({ ...child, pointer: pointer + child.pointer }));
  return [...own, ...nested];
}

import { ArgumentMetadata, Injectable, ValidationError, ValidationPipe } from '@nestjs/common';
import { Complaint, InvalidValueError } from './problem/domain-error';

const NOT_ACCEPTABLE = 'The request is not acceptable.';
const UNKNOWN_MEMBER = 'is not a member that is known here';

/** Refuses what a body or query may not say, an unknown member included, and says where and why. */
@Injectable()
export class RequestValidationPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      stopAtFirstError: true,
      exceptionFactory: (errors) => new InvalidValueError(NOT_ACCEPTABLE, errors.flatMap(complaintsOf)),
    });
  }

  /** A parameter of a path has a pipe of its own, which must see it as it was written: `01` is no id. */
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'param') return Promise.resolve(value);
    requireNoInherited(value);
    return super.transform(value, metadata);
  }
}

/** A member named as one that every object inherits, such as `constructor`, passes class-validator's whitelist. */
function requireNoInherited(value: unknown): void {
  const inherited = Object.keys(value ?? {}).filter((name) => name in Object.prototype);
  if (inherited.length === 0) return;
  throw new InvalidValueError(
    NOT_ACCEPTABLE,
    inherited.map((name) => ({ pointer: `/${name}`, detail: UNKNOWN_MEMBER })),
  );
}

function complaintsOf({ property, constraints = {}, children = [] }: ValidationError): Complaint[] {
  // RFC 6901: ~ and / are escaped in a pointer
  const pointer = `/${property.replace(/~/g, '~0').replace(/\//g, '~1')}`;
  const own = Object.entries(constraints).map(([rule, detail]) => ({
    pointer,
    detail: rule === 'whitelistValidation' ? UNKNOWN_MEMBER : detail,
  }));
  const nested = children
    .flatMap(complaintsOf)
    .map((child) => ({ ...child, pointer: pointer + child.pointer }));
  return [...own, ...nested];
}

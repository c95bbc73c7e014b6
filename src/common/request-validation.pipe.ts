import { ArgumentMetadata, Injectable, ValidationPipe } from '@nestjs/common';
import type { ValidationError, ValidatorOptions } from 'class-validator';
import { type Complaint, InvalidValueError } from './problem/domain-error';
import { pointerTo } from './request/body-faults';
import { itemErrors } from './request/item-errors';

/** Refuses values that a body or query may not have, and says where and why. Its members are known already. */
@Injectable()
export class RequestValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      stopAtFirstError: true,
      exceptionFactory: (errors) =>
        new InvalidValueError('The request is not acceptable.', errors.flatMap(complaintsOf)),
    });
  }

  /** A parameter of a path has a pipe of its own, which must see it as it was written: `01` is no id. */
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'param') return Promise.resolve(value);
    return super.transform(value, metadata);
  }

  protected override async validate(object: object, options?: ValidatorOptions): Promise<ValidationError[]> {
    return [...(await super.validate(object, options)), ...itemErrors(object, options)];
  }
}

function complaintsOf({ property, constraints = {}, children = [] }: ValidationError): Complaint[] {
  const pointer = pointerTo(property);
  const own = Object.values(constraints).map((detail) => ({ pointer, detail }));
  const nested = children
    .flatMap(complaintsOf)
    .map((child) => ({ ...child, pointer: pointer + child.pointer }));
  return [...own, ...nested];
}

import { type ArgumentMetadata, Injectable, type Type, ValidationPipe } from '@nestjs/common';
import type { ValidationError, ValidatorOptions } from 'class-validator';
import { type Complaint, InvalidValueError } from './problem/request-errors';
import { acceptorOf } from './request/acceptor';
import { pointerTo } from './request/body-faults';
import { instanceOf } from './request/instance-of';
import { itemErrors } from './request/item-errors';
import { listsOf } from './request/most-items.decorator';

/** Refuses wrong values in a body or a query, and says where and why. Unknown members were refused before. */
@Injectable()
export class RequestValidationPipe extends ValidationPipe {
  private readonly acceptors = new Map<unknown, (object: object) => boolean>();

  constructor() {
    super({
      transform: true,
      stopAtFirstError: true,
      exceptionFactory: refusalOf,
    });
  }

  /** Leaves parameters of the path to their own pipes, which need the text as it was written: `01` is not an id. */
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'param') return value;
    const { type, metatype } = metadata;
    if (type !== 'body' || !metatype || !hasObjects(metatype) || !isObject(value))
      return super.transform(value, metadata);
    requireItems(value, metatype);
    const body = instanceOf(metatype, value);
    return this.accepts(body) ? body : super.transform(value, metadata);
  }

  /** Only a refusal needs class-validator, which explains it: to prepare an explanation costs more than the rules. */
  protected override validate(
    object: object,
    options?: ValidatorOptions,
  ): Promise<ValidationError[]> | ValidationError[] {
    return this.accepts(object) ? [] : super.validate(object, options);
  }

  private accepts(object: object): boolean {
    const type = object.constructor as Type;
    const accepts = this.acceptors.get(type) ?? acceptorOf(type);
    this.acceptors.set(type, accepts);
    return accepts(object);
  }
}

/** Whether a body of this class has lists of objects. */
function hasObjects(type: Type): boolean {
  return listsOf(type).some(({ items }) => items !== null);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** @throws InvalidValueError for items of its lists. */
function requireItems(body: object, type: Type): void {
  const errors = itemErrors(body, type);
  if (errors.length > 0) throw refusalOf(errors);
}

function refusalOf(errors: readonly ValidationError[]): InvalidValueError {
  return new InvalidValueError('The request is not acceptable.', errors.flatMap(complaintsOf));
}

function complaintsOf({ property, constraints = {}, children = [] }: ValidationError): Complaint[] {
  const pointer = pointerTo(property);
  const own = Object.values(constraints).map((detail) => ({ pointer, detail }));
  const nested = children
    .flatMap(complaintsOf)
    .map((child) => ({ ...child, pointer: pointer + child.pointer }));
  return [...own, ...nested];
}

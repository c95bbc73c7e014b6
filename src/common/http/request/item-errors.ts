import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { ValidationError, validateSync } from 'class-validator';
import { MOST_COMPLAINTS } from '../problem/request-errors';
import { listsOf } from './most-items.decorator';

/**
 * Returns what is wrong with the items of a body's lists: at most as many errors as a refusal lists. It runs before the body
 * becomes an instance of its class, because that costs more than this check.
 */
export function itemErrors(body: object, type: Type): ValidationError[] {
  return listsOf(type).flatMap(({ member, items }) => {
    const list: unknown = body[member as keyof typeof body];
    if (!items || !Array.isArray(list)) return [];
    const children: ValidationError[] = [];
    for (const [index, item] of (list as object[]).entries()) {
      if (children.length === MOST_COMPLAINTS) break;
      const errors = items.accepts(item) ? [] : errorsIn(item, items.type);
      if (errors.length > 0) children.push(errorOf(String(index), errors));
    }
    return children.length > 0 ? [errorOf(member, children)] : [];
  });
}

function errorsIn(item: object, type: Type): ValidationError[] {
  return validateSync(plainToInstance(type as Type<object>, item), { stopAtFirstError: true });
}

function errorOf(property: string, children: ValidationError[]): ValidationError {
  return Object.assign(new ValidationError(), { property, children });
}

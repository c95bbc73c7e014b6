import type { Type } from '@nestjs/common';
import { ValidationError, validateSync, type ValidatorOptions } from 'class-validator';
import { MOST_COMPLAINTS } from '../problem/domain-error';
import { listsOf } from './most-items.decorator';

/** What is wrong with the items of an object's lists: of the first ones that are refused, and no more than is told. */
export function itemErrors(object: object, options?: ValidatorOptions): ValidationError[] {
  return listsOf(object.constructor as Type).flatMap(({ member, most, items }) => {
    const list: unknown = object[member as keyof typeof object];
    if (!items || !Array.isArray(list) || list.length > most) return [];
    const children: ValidationError[] = [];
    for (const [index, item] of (list as object[]).entries()) {
      if (children.length === MOST_COMPLAINTS) break;
      const errors = items.accepts(item) ? [] : validateSync(item, options);
      if (errors.length > 0) children.push(errorOf(String(index), errors));
    }
    return children.length > 0 ? [errorOf(member, children)] : [];
  });
}

function errorOf(property: string, children: ValidationError[]): ValidationError {
  return Object.assign(new ValidationError(), { property, children });
}

import { applyDecorators, type Type } from '@nestjs/common';
import { Type as Becomes } from 'class-transformer';
import { ArrayMaxSize, IsArray } from 'class-validator';
import { acceptorOf } from './acceptor';

const LISTS = Symbol('lists');

/** A member of a class that is a list. */
export interface ListRule {
  readonly member: string;
  readonly most: number;
  /** The class of its items, and whether the rules of that class accept an item. It is null for a list of values. */
  readonly items: { readonly type: Type; readonly accepts: (item: object) => boolean } | null;
}

/**
 * A list of at most so many items. The items are objects of a class, or values, whose rules are decorators of the same member.
 * The rules are applied before anything is tidied. Of such a class and its items nothing but `@Tidied` changes a value (see instanceOf).
 *
 * @throws Error for a class that has lists of objects itself.
 */
export function MostItems(most: number, type?: Type): PropertyDecorator {
  const message = `must be a list of at most ${most} items`;
  const rules = [IsArray({ message }), ArrayMaxSize(most, { message })];
  const items = type ? { type, accepts: acceptorOf(type) } : null;
  if (type && listsOf(type).some((inner) => inner.items))
    throw new Error(`${type.name} has lists of objects`);
  const declare: PropertyDecorator = (target, member) => {
    const rule: ListRule = { member: String(member), most, items };
    Reflect.defineMetadata(LISTS, [...listsOf(target.constructor as Type), rule], target);
  };
  return applyDecorators(declare, ...rules, ...(type ? [Becomes(() => type)] : []));
}

/** The members of a class that are lists. */
export function listsOf(type: Type): readonly ListRule[] {
  return (Reflect.getMetadata(LISTS, type.prototype as object) ?? []) as readonly ListRule[];
}

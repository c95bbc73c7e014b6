import type { Type } from '@nestjs/common';
import { getMetadataStorage, ValidationTypes } from 'class-validator';
import { listsOf } from './most-items.decorator';

/** What a part of a body may consist of: one value, a list, or an object. */
export type Shape = 'value' | ListShape | ObjectShape;

export interface ListShape {
  readonly kind: 'list';
  /** How many items it may have. */
  readonly most: number;
  readonly item: Shape;
}

export interface ObjectShape {
  readonly kind: 'object';
  readonly members: ReadonlyMap<string, Shape>;
  readonly required: readonly string[];
}

export const EMPTY_OBJECT: ObjectShape = { kind: 'object', members: new Map(), required: [] };

/** The usual size of a value in a body. Most values are shorter. */
const USUAL_VALUE_BYTES = 24;

/**
 * Returns the shape of the bodies for this class, from what class-validator knows about its members.
 *
 * @throws Error for a list without a largest length.
 */
export function shapeOf(type: Type): ObjectShape {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  const names = new Set(rules.map(({ propertyName }) => propertyName));
  const unbounded = rules.filter((rule) => rule.each || rule.type === ValidationTypes.NESTED_VALIDATION);
  const optional = rules.filter((rule) => rule.type === ValidationTypes.CONDITIONAL_VALIDATION);
  const isAmong = (found: typeof rules, name: string): boolean =>
    found.some(({ propertyName }) => propertyName === name);
  const memberOf = (name: string): Shape => {
    const list = listsOf(type).find(({ member }) => member === name);
    if (list) return { kind: 'list', most: list.most, item: list.items ? shapeOf(list.items.type) : 'value' };
    if (isAmong(unbounded, name)) throw new Error(`${type.name}.${name} is a list without @MostItems`);
    return 'value';
  };
  return {
    kind: 'object',
    members: new Map([...names].map((name) => [name, memberOf(name)])),
    required: [...names].filter((name) => !isAmong(optional, name)),
  };
}

/** How many members and items a body of this shape has at most, on all levels together. */
export function partsOf(shape: Shape): number {
  if (shape === 'value') return 0;
  if (shape.kind === 'list') return shape.most * (1 + partsOf(shape.item));
  return [...shape.members.values()].reduce((sum, member) => sum + 1 + partsOf(member), 0);
}

/** An estimate of how many bytes the largest body of this shape has. */
export function usualSizeOf(shape: Shape): number {
  if (shape === 'value') return USUAL_VALUE_BYTES;
  if (shape.kind === 'list') return shape.most * usualSizeOf(shape.item);
  return [...shape.members].reduce((sum, [name, member]) => sum + name.length + usualSizeOf(member), 0);
}

import type { Complaint } from '../problem/request-errors';
import type { ListShape, ObjectShape, Shape } from './shape';

const LONGEST_NAME = 100;

/**
 * Finds what is wrong with the shape of a body: unknown members, lists that are too long, an object in the place of a value,
 * text that is not Unicode. It reads only as deep as the shape is, and only until the caller stops. The rules of each member
 * decide later whether its value is acceptable, and whether it may be null or absent.
 */
export function* bodyFaults(body: unknown, shape: Shape, pointer = ''): Generator<Complaint> {
  if (body !== undefined && body !== null) yield* faultsOf(body, shape, pointer);
}

function* faultsOf(part: unknown, shape: Shape, pointer: string): Generator<Complaint> {
  if (shape === 'value') yield* valueFaults(part, pointer);
  else if (shape.kind === 'list') yield* listFaults(part, shape, pointer);
  else yield* objectFaults(part, shape, pointer);
}

function* valueFaults(value: unknown, pointer: string): Generator<Complaint> {
  if (typeof value === 'object') yield { pointer, detail: 'must be one value, not a list or an object' };
  else if (!isUnicode(value))
    yield { pointer, detail: 'must be valid Unicode text: it has half of a surrogate pair' };
}

/** Whether a value has no half of a surrogate pair. JSON can contain `\ud800`, but UTF-8 cannot. */
function isUnicode(value: unknown): boolean {
  return typeof value !== 'string' || value.isWellFormed();
}

function* listFaults(list: unknown, { most, item }: ListShape, pointer: string): Generator<Complaint> {
  if (!Array.isArray(list) || list.length > most)
    yield { pointer, detail: `must be a list of at most ${most} items` };
  else for (const [index, part] of list.entries()) yield* faultsOf(part, item, `${pointer}/${index}`);
}

function* objectFaults(object: unknown, { members }: ObjectShape, pointer: string): Generator<Complaint> {
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    yield { pointer, detail: 'must be an object' };
    return;
  }
  for (const name of Object.keys(object)) {
    const value: unknown = object[name as keyof typeof object];
    const member = members.get(name);
    // Nearly all values take this short way, which counts in a batch with thousands of them.
    if (member === 'value' && typeof value !== 'object' && isUnicode(value)) continue;
    if (member) yield* bodyFaults(value, member, pointerTo(name, pointer));
    else yield unknownMember(name, pointer);
  }
}

function unknownMember(name: string, pointer: string): Complaint {
  return name.length > LONGEST_NAME
    ? { pointer, detail: `has a member that is not known here: its name has ${name.length} characters` }
    : { pointer: pointerTo(name.toWellFormed(), pointer), detail: 'is not a member that is known here' };
}

/** Returns the JSON pointer (RFC 6901) to a member of the parent. In the name, ~ and / are escaped. */
export function pointerTo(name: string, parent = ''): string {
  return `${parent}/${name.replace(/~/g, '~0').replace(/\//g, '~1')}`;
}

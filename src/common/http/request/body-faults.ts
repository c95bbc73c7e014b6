import type { Complaint } from '../problem/request-errors';
import type { ListShape, ObjectShape, Shape } from './shape';

const LONGEST_NAME = 100;

/**
 * What a body must not consist of: members that nothing has, lists that are too long, an object where a value belongs,
 * text that is not Unicode. It looks no deeper than the shape, and no further than it is asked. Whether a value is
 * acceptable, and whether it may be null or absent, is said by the rules of its member.
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

/** Whether a value is no text with half of a surrogate pair: JSON can say `\ud800`, UTF-8 can't. */
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
    // Nearly all of them; a batch has thousands.
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

/** The pointer (RFC 6901) to a member of what another one points to; in its name ~ and / are escaped. */
export function pointerTo(name: string, parent = ''): string {
  return `${parent}/${name.replace(/~/g, '~0').replace(/\//g, '~1')}`;
}

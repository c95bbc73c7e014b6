import { Transform } from 'class-transformer';

const TIDIED = Symbol('tidied');

type Tidy = (text: string) => string;

/** Tidies a text before its rules are applied. A value that is not a text stays as it is. */
export function Tidied(tidy: Tidy): PropertyDecorator {
  const transform = Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? tidy(value) : value,
  );
  return (target, member) => {
    transform(target, member);
    const members = new Map([...tidiedMembersOf(target.constructor), [String(member), tidy] as const]);
    Reflect.defineMetadata(TIDIED, members, target);
  };
}

/** How the texts of a class are tidied, by the names of its members. */
export function tidiedMembersOf({ prototype }: { readonly prototype: unknown }): ReadonlyMap<string, Tidy> {
  return (Reflect.getMetadata(TIDIED, prototype as object) ?? new Map()) as ReadonlyMap<string, Tidy>;
}

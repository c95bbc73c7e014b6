/** A value of which a state is made: small whole numbers and booleans, in objects and in lists of equal objects. */
type Encodable = number | boolean | readonly Encodable[] | { readonly [field: string]: Encodable };

type Encoder = (value: Encodable, codes: number[], names: Names) => void;

/** What a field means to who compares states. */
export interface Meanings {
  /** Fields that are only compared for equality, each with the stock from which its names come; 0 is no name. */
  readonly names: Readonly<Record<string, number>>;
  /** Fields that are sets of such names, a bit for each. */
  readonly sets: Readonly<Record<string, number>>;
  /** Lists whose order means nothing. */
  readonly unordered: readonly string[];
}

const STOCK_SIZE = 16;

/**
 * A function that turns a state into a short string, the same for states that differ in nothing but the choice of names
 * and the order of what has none. It learns the fields from an example, so that no field can be forgotten; a list must
 * have an item there. Names are numbered as they are met, so what has names of its own and no order has to come last.
 */
export function encoderFor<S extends object>(example: S, meanings: Meanings): (state: S) => string {
  const encode = encoder(example as unknown as Encodable, meanings, '');
  return (state) => {
    const codes: number[] = [];
    encode(state as unknown as Encodable, codes, new Names());
    return String.fromCharCode(...codes);
  };
}

/** Numbers the names of each stock in the order in which they are met. */
class Names {
  private readonly numbers = new Uint8Array(2 * STOCK_SIZE);
  private readonly met = new Uint8Array(2);

  number(stock: number, name: number): number {
    if (name === 0) return 0;
    const slot = stock * STOCK_SIZE + name;
    const known = this.numbers[slot] ?? 0;
    if (known !== 0) return known;
    const next = (this.met[stock] ?? 0) + 1;
    this.met[stock] = next;
    this.numbers[slot] = next;
    return next;
  }
}

function encoder(example: Encodable, meanings: Meanings, field: string): Encoder {
  if (Array.isArray(example)) return listEncoder(example as readonly Encodable[], meanings, field);
  if (typeof example === 'object') return objectEncoder(example as Record<string, Encodable>, meanings);
  const stock = meanings.names[field];
  if (stock !== undefined)
    return (value, codes, names) => void codes.push(names.number(stock, value as number));
  const members = meanings.sets[field];
  if (members !== undefined) return setEncoder(members);
  if (typeof example === 'boolean') return (value, codes) => void codes.push(value ? 1 : 0);
  return (value, codes) => void codes.push(value as number);
}

function setEncoder(stock: number): Encoder {
  return (value, codes, names) => {
    let set = 0;
    for (let name = 1; 1 << name <= (value as number); name += 1) {
      if (((value as number) & (1 << name)) !== 0) set |= 1 << names.number(stock, name);
    }
    codes.push(set);
  };
}

function listEncoder([example]: readonly Encodable[], meanings: Meanings, field: string): Encoder {
  if (example === undefined) throw new Error('A list of the example is empty.');
  const encode = encoder(example, meanings, field);
  if (!meanings.unordered.includes(field)) {
    return (value, codes, names) => {
      for (const item of value as readonly Encodable[]) encode(item, codes, names);
    };
  }
  return (value, codes, names) => {
    const items = (value as readonly Encodable[]).map((item) => {
      const own: number[] = [];
      encode(item, own, names);
      return own;
    });
    codes.push(items.length);
    for (const item of items.length > 1 ? items.sort(compare) : items) codes.push(...item);
  };
}

function objectEncoder(example: Record<string, Encodable>, meanings: Meanings): Encoder {
  const fields = Object.keys(example);
  const encoders = Object.entries(example).map(([field, value]) => encoder(value, meanings, field));
  return (value, codes, names) => {
    const object = value as Record<string, Encodable>;
    for (let index = 0; index < fields.length; index += 1) {
      encoders[index]?.(object[fields[index] ?? ''] ?? 0, codes, names);
    }
  };
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < a.length; index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

import type { TimeToLiveName } from '../config/environment';

/** The names of the parameters in a template: `card_id` for `card:{card_id}:balance`. */
type ParameterIn<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterIn<Rest>
  : never;

/**
 * Whether the compiler knows the whole text. For `string`, and for a template literal with `string` in it, the record has an
 * index signature instead of properties, which an object without properties fits.
 */
type IsLiteral<Text extends string> = { none?: never } extends Record<Text, unknown> ? false : true;

/** Of a template that is no literal the compiler knows nothing, so its parameters may have any name. */
export type ParameterName<Template extends string> =
  IsLiteral<Template> extends true ? ParameterIn<Template> : string;

export type KeyParameters<Template extends string = string> = Readonly<
  Record<ParameterName<Template>, string | number>
>;

/** A kind of cached response: how its keys are built, and which setting says how long it may stay. */
export class CacheKey<Template extends string = string> {
  readonly parameters: readonly ParameterName<Template>[];
  /** The fixed texts of the template, and between each two of them the name of a parameter. */
  private readonly parts: readonly string[];

  /** @param changesWithTime whether the response changes with the time of day, without a write. */
  constructor(
    readonly template: Template,
    readonly timeToLive: TimeToLiveName,
    readonly changesWithTime = false,
  ) {
    this.parts = template.split(/\{(\w+)\}/);
    this.parameters = this.parts.filter((_, index): _ is ParameterName<Template> => index % 2 === 1);
  }

  /**
   * Returns the key of one response, such as `card:789:balance`.
   *
   * @throws Error when a parameter is missing, which only a caller without a literal template can do.
   */
  build(parameters: KeyParameters<Template>): string {
    const values: Readonly<Record<string, string | number | undefined>> = parameters;
    let key = '';
    let isParameter = false;
    for (const part of this.parts) {
      key += isParameter ? escape(required(values[part], part, this.template)) : part;
      isParameter = !isParameter;
    }
    return key;
  }
}

function required(value: string | number | undefined, name: string, template: string): string | number {
  if (value === undefined) throw new Error(`a key ${template} needs the parameter ${name}`);
  return value;
}

const SPECIAL = /[%:{}]/;

/** Escapes `:`, `{` and `}`, which have a meaning in keys, and `%`, which begins an escape. */
function escape(value: string | number): string {
  const text = String(value);
  // Most texts have none of them, and the test is cheaper than the replacement.
  return SPECIAL.test(text) ? text.replace(/[%:{}]/g, encodeURIComponent) : text;
}

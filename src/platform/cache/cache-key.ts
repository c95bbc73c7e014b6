import type { TimeToLiveName } from '../config/environment';

/** The parameters that a template such as `card:{card_id}:balance` names. */
type ParameterOf<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterOf<Rest>
  : never;

export type KeyParameters<Template extends string> = Readonly<Record<ParameterOf<Template>, string | number>>;

/** A kind of cached answer: how its keys are built, and which variable says how long it may stay. */
export class CacheKey<Template extends string = string> {
  readonly parameters: readonly string[];
  private readonly parts: readonly string[];

  /** @param followsClock whether the answer changes with the time of day, without a write. */
  constructor(
    readonly template: Template,
    readonly timeToLive: TimeToLiveName,
    readonly followsClock = false,
  ) {
    this.parts = template.split(/\{(\w+)\}/);
    this.parameters = this.parts.filter((_, index) => index % 2 === 1);
  }

  /** The plain name of one answer, such as `card:789:balance`. */
  of(parameters: KeyParameters<Template>): string {
    const values: Readonly<Record<string, string | number>> = parameters;
    let key = '';
    let isValue = false;
    for (const part of this.parts) {
      key += isValue ? escape(values[part]) : part;
      isValue = !isValue;
    }
    return key;
  }
}

/** Keeps a value from pretending to be structure: `:`, `{` and `}` are escaped, as is the escape itself. */
function escape(value: string | number | undefined): string {
  return String(value ?? '').replace(/[%:{}]/g, encodeURIComponent);
}

import { type LatencyArguments, toIterations } from './arguments';
import { Dialogue } from './dialogue';
import { type OfferedRead, pick, pickAll, type ReadOperation } from './operations';

const ALL = 'all';
const DEFAULT_ITERATIONS = 50;

/** What is measured, and how often. */
export interface Choice {
  readonly operations: readonly ReadOperation[];
  readonly iterations: number;
}

type Asked = Pick<LatencyArguments, 'operations' | 'iterations'>;

/**
 * All that the arguments leave open.
 *
 * @throws StartupError naming what is not offered.
 */
export function chooseFromArguments(
  { operations, iterations }: Asked,
  offered: readonly OfferedRead[],
): Choice {
  return {
    operations: toOperations(operations ?? [ALL], offered),
    iterations: iterations ?? DEFAULT_ITERATIONS,
  };
}

/**
 * What the arguments leave open is asked for, again after an answer that is none.
 *
 * @throws StartupError when nobody answers.
 */
export async function chooseInDialogue(
  { operations, iterations }: Asked,
  offered: readonly OfferedRead[],
  dialogue: Dialogue,
): Promise<Choice> {
  if (!operations)
    offered.forEach(({ name }, index) => dialogue.say(`${String(index + 1).padStart(3)}  ${name}`));
  return {
    operations: operations
      ? toOperations(operations, offered)
      : await dialogue.ask(`Operation, 1 to ${offered.length}, a path, or all [all]: `, (answer) =>
          toOperations([offered[Number(answer) - 1]?.name ?? (answer || ALL)], offered),
        ),
    iterations:
      iterations ??
      (await dialogue.ask(`Iterations [${DEFAULT_ITERATIONS}]: `, (answer) =>
        toIterations(answer || undefined),
      )) ??
      DEFAULT_ITERATIONS,
  };
}

function toOperations(asked: readonly string[], offered: readonly OfferedRead[]): readonly ReadOperation[] {
  return asked.includes(ALL) ? pickAll(offered) : asked.map((each) => pick(each, offered));
}

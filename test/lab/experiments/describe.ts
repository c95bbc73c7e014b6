import type { CityName, Measure, Offence, Outcome, StepEvent } from '../shapes';
import type { Experiment } from './experiment';
import type { Language, Text } from './text';

const CITIES: Readonly<Record<CityName, Text>> = {
  ours: { en: 'ours ', es: 'la nuestra' },
  plain: { en: 'plain', es: 'la simple ' },
};
const WORDS = {
  plain: { en: 'plain', es: 'simple' },
  ours: { en: 'ours', es: 'nuestra' },
  kept: { en: 'Our city kept its promises.', es: 'Nuestra ciudad cumplió sus promesas.' },
  notKept: { en: 'OUR CITY BROKE A PROMISE.', es: 'NUESTRA CIUDAD ROMPIÓ UNA PROMESA.' },
  broke: { en: 'The plain pattern broke.', es: 'El patrón simple falló.' },
  didNotBreak: {
    en: 'THE PLAIN PATTERN DID NOT BREAK, THOUGH IT MUST.',
    es: 'EL PATRÓN SIMPLE NO FALLÓ, AUNQUE DEBÍA.',
  },
  unfinished: {
    en: 'It was not done to its end, which says nothing about either city.',
    es: 'No se hizo hasta el final, y eso no dice nada de ninguna ciudad.',
  },
  books: { en: 'The books of our city are wrong:', es: 'Los libros de nuestra ciudad están mal:' },
  booksRight: { en: 'The books of our city are right.', es: 'Los libros de nuestra ciudad están bien.' },
  times: { en: 'times', es: 'veces' },
} as const satisfies Record<string, Text>;
const MOST_OFFENCES = 3;

/** A step as it happens, on one line. */
export function describeStep(
  { steps }: Experiment,
  { step, city, seen }: StepEvent,
  language: Language,
): string {
  const text = steps[step]?.[language] ?? step;
  return `  ${CITIES[city][language]}  ${text}${seen === null ? '' : ` → ${seen}`}`;
}

/** What was measured, what it means, and why. */
export function describeOutcome(experiment: Experiment, outcome: Outcome, language: Language): string {
  const { measures, error, offences, brokenBooks, repetitions, seconds } = outcome;
  return [
    '',
    ...(error === null ? tableOf(measures, language) : [error]),
    '',
    ...[...offences.plain.slice(0, MOST_OFFENCES), ...offences.ours].map((offence) =>
      describeOffence(offence, language),
    ),
    ...(error === null ? verdictOf(outcome, language) : [WORDS.unfinished[language]]),
    brokenBooks.length === 0
      ? WORDS.booksRight[language]
      : `${WORDS.books[language]} ${brokenBooks.join('; ')}`,
    `(${repetitions} ${WORDS.times[language]}, ${seconds} s)`,
    '',
    experiment.explanation[language],
  ].join('\n');
}

function verdictOf({ oursKeptItsPromises, plainBroke }: Outcome, language: Language): string[] {
  return [
    WORDS[oursKeptItsPromises ? 'kept' : 'notKept'][language],
    ...(plainBroke === null ? [] : [WORDS[plainBroke ? 'broke' : 'didNotBreak'][language]]),
  ];
}

/** Who read what, when, and which write it should have seen. */
export function describeOffence(offence: Offence, language: Language): string {
  const { promise, process, path, cache, value, floor, floorFrom, began, shouldHaveSeenSince } = offence;
  const time = (text: string): string => text.slice(11, 23);
  const what: Record<typeof promise, Text> = {
    A: { en: 'stale after acknowledgement', es: 'obsoleta después de la confirmación' },
    B: { en: 'went backwards', es: 'retrocedió' },
  };
  const but: Text = { en: 'but', es: 'pero' };
  return `  ${time(began)} ${process} GET ${path} (${cache ?? '–'}): ${value}, ${but[language]} ${floor} (${floorFrom}, ${time(shouldHaveSeenSince)}): ${what[promise][language]}`;
}

function tableOf(measures: readonly Measure[], language: Language): string[] {
  const rows = measures.map(({ name, plain, ours }) => [name[language], show(plain), show(ours)] as const);
  const head = ['', WORDS.plain[language], WORDS.ours[language]] as const;
  const width = (column: 0 | 1 | 2): number => Math.max(...[head, ...rows].map((row) => row[column].length));
  return [head, ...rows].map(
    (row) => `  ${row[0].padEnd(width(0))}  ${row[1].padStart(width(1))}  ${row[2].padStart(width(2))}`,
  );
}

function show(value: number | string | null): string {
  return value === null ? '–' : String(value);
}

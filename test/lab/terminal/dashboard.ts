import { describeOffence } from '../experiments/describe';
import type { Language } from '../experiments/text';
import type { CityFigures, LabState, Latency, LinkState, ProcessView } from '../shapes';
import { WORDS } from './words';

const MOST_OFFENCES = 4;
const LABEL = 30;
const COLUMN = 18;
const LOCALES = { en: 'en-GB', es: 'es-CO' } as const;

/** The lab on one screen: what runs and how it is connected, both cities side by side, and the latest offences. */
export function dashboard(
  state: LabState,
  language: Language,
  { selected, message, url }: { selected: string; message: string; url: string },
): string {
  const { redis, postgres, processes, cities, offences, experiment, isTrafficOn } = state;
  const word = (name: keyof typeof WORDS): string => WORDS[name][language];
  const notes = [
    ...(isTrafficOn ? [] : [word('trafficOff')]),
    ...(experiment === null ? [] : [`${word('underWay')}: ${experiment}`]),
  ];
  return [
    `${word('pages')} ${url}`,
    `Redis ${redis.address}${redis.memory === 'full' ? '  FULL' : ''}${redis.hasDump ? '  (dump)' : ''}    PostgreSQL ${postgres.address}  ${postgres.state}    ${notes.join('  ')}`,
    '',
    ...processes.map((process, index) => processLine(process, index, process.name === selected)),
    '',
    `${''.padEnd(LABEL)}${word('plain').padStart(COLUMN)}${word('ours').padStart(COLUMN)}`,
    ...rows(cities.plain, cities.ours, language).map(
      ([name, plain, ours]) => `${word(name).padEnd(LABEL)}${plain.padStart(COLUMN)}${ours.padStart(COLUMN)}`,
    ),
    '',
    ...[...offences.ours, ...offences.plain]
      .slice(0, MOST_OFFENCES)
      .map((offence) => describeOffence(offence, language)),
    '',
    message,
    word('keys'),
  ].join('\n');
}

/** One line of figures, for a screen that does not move. */
export function summary({ cities }: LabState, language: Language): string {
  const of = (name: 'plain' | 'ours'): string => {
    const { readsPerSecond, hitRate, staleAfterAcknowledgement, wentBackwards } = cities[name];
    return `${WORDS[name][language]}: ${Math.round(readsPerSecond)} ${WORDS.reads[language]}, ${percent(hitRate, language)}, ${WORDS.stale[language]} ${staleAfterAcknowledgement}, ${WORDS.backwards[language]} ${wentBackwards}`;
  };
  return `${of('plain')} | ${of('ours')}`;
}

type Row = readonly [name: keyof typeof WORDS, plain: string, ours: string];

function rows(plain: CityFigures, ours: CityFigures, language: Language): readonly Row[] {
  const row = (name: keyof typeof WORDS, show: (figures: CityFigures) => string): Row => [
    name,
    show(plain),
    show(ours),
  ];
  return [
    row('reads', ({ readsPerSecond }) => readsPerSecond.toFixed(0)),
    row('writes', ({ writesPerSecond }) => decimal(writesPerSecond, language)),
    row('hitRate', ({ hitRate }) => percent(hitRate, language)),
    row('hit', ({ hit }) => latency(hit, language)),
    row('miss', ({ miss }) => latency(miss, language)),
    row('failed', ({ failedReads, failedWrites }) => `${failedReads}/${failedWrites}`),
    row('stale', ({ staleAfterAcknowledgement }) => String(staleAfterAcknowledgement)),
    row('backwards', ({ wentBackwards }) => String(wentBackwards)),
  ];
}

function processLine(process: ProcessView, index: number, isSelected: boolean): string {
  const { name, state, requestsPerSecond, links, url } = process;
  const where = new URL(url).host;
  return [
    isSelected ? '>' : ' ',
    `${index + 1} ${name.padEnd(8)} ${where.padEnd(20)} ${state.padEnd(8)} ${String(requestsPerSecond).padStart(5)}/s `,
    ...links.map(
      (link) => ` --${describeLink(link)}--> ${link.server} ${String(link.requestsPerSecond).padStart(5)}/s`,
    ),
  ].join('');
}

function describeLink({ state, delayMs, lossPercent }: LinkState): string {
  const parts = [
    ...(state === 'open' ? [] : [state.toUpperCase()]),
    ...(delayMs > 0 ? [`${delayMs}ms`] : []),
    ...(lossPercent > 0 ? [`${lossPercent}%`] : []),
  ];
  return parts.join(' ').padStart(9, '-');
}

function latency({ p50, p99 }: Latency, language: Language): string {
  const show = (milliseconds: number | null): string =>
    milliseconds === null ? '–' : decimal(milliseconds, language);
  return `${show(p50)}/${show(p99)} ms`;
}

function percent(share: number | null, language: Language): string {
  return share === null ? '–' : `${decimal(share * 100, language)} %`;
}

/** With one place, and the decimal sign of the language. */
function decimal(value: number, language: Language): string {
  return value.toLocaleString(LOCALES[language], {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    useGrouping: false,
  });
}

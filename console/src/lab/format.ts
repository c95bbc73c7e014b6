import type { Offence } from '../../../test/lab/shapes';
import { count } from '../lib/format';
import { preferences } from '../lib/preferences.svelte';

const LOCALES = { es: 'es-CO', en: 'en-GB' } as const;
const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;

/** A time with its thousandths, by the clock of this machine: what matters here is what came first. */
export function moment(at: string | number): string {
  return timeOfDay(at, { ...CLOCK, fractionalSecondDigits: 3 });
}

/** The same with its seconds. */
export function clock(at: string | number): string {
  return timeOfDay(at, CLOCK);
}

function timeOfDay(at: string | number, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(LOCALES[preferences.language], options).format(new Date(at));
}

/** Two latencies: half of all took no longer, and 99 of 100. */
export function latency({ p50, p99 }: { p50: number | null; p99: number | null }): string {
  return `${tenths(p50)} / ${tenths(p99)}\u00a0ms`;
}

function tenths(value: number | null): string {
  if (value === null) return '–';
  const digits = value < 10 ? 1 : 0;
  return new Intl.NumberFormat(LOCALES[preferences.language], {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** A value as an experiment tells it: figures in the way of the language, words as they are. */
export function shown(value: number | string | null): string {
  if (value === null) return '–';
  return typeof value === 'number' ? count(value) : seenAs(value);
}

/** What was seen, with its figures and its few words in the language: `10000 (HIT)`, `201, 30000`, `14.9 ms`, `no answer`. */
export function seenAs(text: string): string {
  const words = Object.entries(WORDS[preferences.language]);
  return words
    .reduce((told, [word, translated]) => told.replace(word, translated), text)
    .replace(/(?<![\d.])-?\d{4,}(?![\d.])/g, (digits) => count(Number(digits)))
    .replace(/(?<![\d.])\d+\.\d(?= ms)/g, (digits) => tenths(Number(digits)))
    .replaceAll(' ms', '\u00a0ms');
}

/** What the experiments say in English in any language: the words of a protocol stay as they are. */
const WORDS: Readonly<Record<'es' | 'en', Readonly<Record<string, string>>>> = {
  en: { true: 'yes', false: 'no' },
  es: {
    'no answer': 'sin respuesta',
    'fill refused': 'guardado rechazado',
    'fill OK': 'guardado hecho',
    true: 'sí',
    false: 'no',
  },
};

/** Where the value came from that a read should have shown. */
export function originOf({ floorFrom }: Offence): { kind: 'recharge' | 'creation' | 'read'; of: string } {
  const [, recharge] = /^acknowledged by recharge (\d+)$/.exec(floorFrom) ?? [];
  if (recharge !== undefined) return { kind: 'recharge', of: recharge };
  const [, process] = /^read from (.+)$/.exec(floorFrom) ?? [];
  return process === undefined ? { kind: 'creation', of: '' } : { kind: 'read', of: process };
}

import { session } from '../api/session.svelte';
import { preferences } from './preferences.svelte';

/** Money is written as in Colombia in both languages: `$ 3.550`. */
const MONEY_LOCALE = 'es-CO';
const LOCALES = { es: 'es-CO', en: 'en-GB' } as const;

const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

/** An amount in whole units of the currency. */
export function money(amount: number): string {
  const { currency } = session.service;
  const format = kept(`money ${currency}`, () => {
    const options = { style: 'currency', currency, maximumFractionDigits: 0 } as const;
    return new Intl.NumberFormat(MONEY_LOCALE, options);
  });
  // A minus sign has the width of a digit, a hyphen has not.
  return format.format(amount).replace('-', '−');
}

/** A change of a balance: `+$ 20.000` or `−$ 3.550`. */
export function change(amount: number): string {
  return amount > 0 ? `+${money(amount)}` : money(amount);
}

/** How many. */
export function count(value: number): string {
  return numbers({}).format(value).replace('-', '−');
}

/** An amount for an axis, where there is little room: `$ 3,5 M`. */
export function moneyShort(amount: number): string {
  const { currency } = session.service;
  const format = kept(`short money ${currency}`, () => {
    const options = { style: 'currency', currency, notation: 'compact', maximumFractionDigits: 1 } as const;
    return new Intl.NumberFormat(MONEY_LOCALE, { ...options, minimumFractionDigits: 0 });
  });
  // The short form of a browser leaves out the space that the long one has.
  return format
    .format(amount)
    .replace('-', '−')
    .replace(/\$(?=\d)/, '$\u00a0');
}

/** How many, for an axis: `3,5 mil`. */
export function countShort(value: number): string {
  return numbers({ notation: 'compact', maximumFractionDigits: 1 }).format(value);
}

/** By how much of itself something grew: `+4,2 %`. @param share 0.042 */
export function growth(share: number): string {
  const options = { style: 'percent', maximumFractionDigits: 1, signDisplay: 'exceptZero' } as const;
  return spaced(numbers(options).format(share).replace('-', '−'));
}

/** A share, from 0 to 1: all of it, nothing, or with one place: `84,0 %`. */
export function percent(share: number): string {
  const minimumFractionDigits = share === 0 || share === 1 ? 0 : 1;
  return spaced(numbers({ style: 'percent', minimumFractionDigits, maximumFractionDigits: 1 }).format(share));
}

/** Spanish has a space before the sign, which the formats of Colombia lack. */
function spaced(percentage: string): string {
  return preferences.language === 'es' ? percentage.replace(/\s*%/, '\u00a0%') : percentage;
}

/** A length of time in milliseconds. */
export function milliseconds(value: number): string {
  return `${numbers({ maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)} ms`;
}

/** Bytes, in the largest unit that leaves a number above 1. */
export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = value < 1 ? 0 : Math.min(Math.floor(Math.log2(value) / 10), units.length - 1);
  return `${numbers({ maximumFractionDigits: power === 0 ? 0 : 1 }).format(value / 1024 ** power)} ${units[power] ?? ''}`;
}

/** The time of the day, in the time zone of the service: `07:42`. */
export function time(moment: string | number): string {
  return dates({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(moment));
}

/** A time with its seconds: `07:42:05`. */
export function clock(moment: string | number): string {
  const options = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  return dates(options).format(new Date(moment));
}

/** The day of a moment, in the time zone of the service: `jueves, 26 de noviembre de 2026`. */
export function day(moment: string | number): string {
  return dates({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(new Date(moment));
}

/** Day and time, short: `26 nov 2026, 07:42`. */
export function dayAndTime(moment: string | number): string {
  const options = {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  };
  return dates(options as Intl.DateTimeFormatOptions).format(new Date(moment));
}

/** Day and time to the second: `26 nov 2026, 07:42:05`. */
export function dayAndClock(moment: string | number): string {
  const options = {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  } as const;
  return dates(options).format(new Date(moment));
}

/** A service day, which is in no time zone: `2026-11-26` becomes `26 nov 2026`. */
export function date(dayOfService: string): string {
  const options = { day: 'numeric', month: 'short', year: 'numeric' } as const;
  return dates(options, 'UTC').format(new Date(`${dayOfService}T00:00:00Z`));
}

/** A service day for an axis: `26 nov`. */
export function shortDate(dayOfService: string): string {
  return dates({ day: 'numeric', month: 'short' }, 'UTC').format(new Date(`${dayOfService}T00:00:00Z`));
}

/** A service day with its weekday: `jueves, 26 de noviembre de 2026`. */
export function longDate(dayOfService: string): string {
  const options = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const;
  return dates(options, 'UTC').format(new Date(`${dayOfService}T00:00:00Z`));
}

/** How long ago: `hace 5 minutos`. */
export function ago(moment: string | number, now = Date.now()): string {
  const seconds = Math.round((new Date(moment).getTime() - now) / 1000);
  const locale = LOCALES[preferences.language];
  const relative = kept(`relative ${locale}`, () => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));
  const [unit, length] = UNITS.find(([, one]) => Math.abs(seconds) >= one) ?? (['second', 1] as const);
  return relative.format(Math.trunc(seconds / length), unit);
}

const UNITS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** A card number in groups of four, as it is printed. */
export function cardNumber(number: string): string {
  return number.replace(/(\d{4})(?=\d)/g, '$1 ');
}

function numbers(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const locale = LOCALES[preferences.language];
  return kept(`number ${locale} ${JSON.stringify(options)}`, () => new Intl.NumberFormat(locale, options));
}

function dates(
  options: Intl.DateTimeFormatOptions,
  timeZone = session.service.time_zone,
): Intl.DateTimeFormat {
  const locale = LOCALES[preferences.language];
  return kept(
    `date ${locale} ${timeZone} ${JSON.stringify(options)}`,
    () => new Intl.DateTimeFormat(locale, { timeZone, ...options }),
  );
}

/** To make a format takes a hundred times as long as to use it. */
function kept<Format extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(
  name: string,
  make: () => Format,
): Format {
  const format = (formats.get(name) as Format | undefined) ?? make();
  formats.set(name, format);
  return format;
}

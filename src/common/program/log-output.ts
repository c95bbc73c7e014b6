import { type DestinationStream, pino } from 'pino';

export const LOG_FORMATS = ['json', 'text'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** The members of a log line that appear in its text. */
interface LogLine {
  readonly msg?: unknown;
  readonly method?: unknown;
  readonly path?: unknown;
  readonly status?: unknown;
  readonly milliseconds?: unknown;
  readonly cache?: unknown;
}

/**
 * Standard output as the log's destination.
 *
 * @param format `json` writes one JSON object a line. `text` is for people. If undefined: text on a terminal, otherwise JSON.
 */
export async function openLogOutput(
  format: LogFormat = process.stdout.isTTY ? 'text' : 'json',
): Promise<DestinationStream> {
  return format === 'json' ? pino.destination(1) : asText(1, process.stdout.isTTY);
}

/**
 * Writes each line of the log as plain text, with the local time of day.
 *
 * @param destination a file descriptor or a stream.
 */
export async function asText(
  destination: number | NodeJS.WritableStream,
  colorize: boolean,
): Promise<DestinationStream> {
  // Loaded only for a terminal, because it takes time.
  const { default: pretty } = await import('pino-pretty');
  return pretty({
    destination,
    colorize,
    sync: true,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname,context,method,path,status,milliseconds,cache',
    messageFormat: (line) => sentenceOf(line),
  });
}

function sentenceOf({ msg, method, path, status, milliseconds, cache }: LogLine): string {
  if (method === undefined) return String(msg);
  return [method, path, status, `${String(milliseconds)} ms`, cache].filter(Boolean).join(' ');
}

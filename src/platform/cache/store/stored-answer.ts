import { hash } from 'node:crypto';

/**
 * The form in which answers and guards are stored. Two releases with different forms count as two servers: they must
 * not cache side by side, as neither marks what the other keeps.
 */
export const FORM = 1;

/** An answer that may be cached: 200 with a body, 204 without, 404 with what was not found. */
export interface Answer {
  readonly status: 200 | 204 | 404;
  readonly body: string;
}

/** An answer as it is stored. */
export interface StoredAnswer extends Answer {
  /** A strong validator (RFC 9110, 8.8.3), quotes included. */
  readonly etag: string;
  /** Milliseconds since 1970, by the clock of the process that loaded it. */
  readonly madeAt: number;
  /** Milliseconds that the load took, and that the answer may stay: what an early refresh is weighed by. */
  readonly loadTime: number;
  readonly timeToLive: number;
}

export function toStored(answer: Answer, madeAt: number, loadTime: number, timeToLive: number): StoredAnswer {
  const digest = hash('sha256', answer.body, 'base64url').slice(0, 22);
  return { ...answer, etag: `"${digest}"`, madeAt, loadTime, timeToLive };
}

/** One line about the answer, then its bytes. */
export function encode(answer: StoredAnswer): string {
  const { status, etag, madeAt, loadTime, timeToLive, body } = answer;
  // Joined it is one text; a template would be kept as a tree of its pieces.
  const line = [status, etag, madeAt, loadTime, timeToLive].join(' ');
  return `${line}\n${body}`;
}

const FIRST_LINE = /^(200|204|404) ("[^"\n]*") (\d+) (\d+) (\d+)\n/;

/** Undefined for what no `encode` wrote. */
export function decode(text: string): StoredAnswer | undefined {
  const match = FIRST_LINE.exec(text);
  if (!match) return undefined;
  const [line, status, etag = '', madeAt, loadTime, timeToLive] = match;
  return {
    status: Number(status) as Answer['status'],
    etag,
    madeAt: Number(madeAt),
    loadTime: Number(loadTime),
    timeToLive: Number(timeToLive),
    body: text.slice(line.length),
  };
}

import { join } from 'node:path';
import type { Place } from './host';

const PROGRAM = [process.execPath, join(__dirname, 'ask.cjs')];

/** A request, or without a path only a connection. */
export interface Question {
  readonly host: string;
  readonly port: number;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The authority that the server must be known to; without it, the request goes without TLS. */
  readonly ca?: string;
  /** The only version of TLS that the caller knows. */
  readonly version?: 'TLSv1.1';
  /** A path that is asked for first, so that the connection is there. */
  readonly warmUp?: string;
  /** How often it is asked, over the same connection. */
  readonly times?: number;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly ms: number;
}

/** @returns the replies, or why there was none. */
export async function askFrom(place: Place, question: Question): Promise<readonly Reply[] | string> {
  const { output } = await place.run(PROGRAM, JSON.stringify(question));
  const said = JSON.parse(output) as { readonly answers?: readonly Reply[]; readonly refusal?: string };
  return said.answers ?? said.refusal ?? 'nothing';
}

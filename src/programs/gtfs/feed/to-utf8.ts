import { TextDecoder } from 'node:util';

/** Enough to know an encoding by. */
const START = 4;

/**
 * A text file as UTF-8 without its byte order mark. A file in UTF-16 is known by its mark, or because every second byte of
 * an ASCII header is 0, and becomes UTF-8; what is no character in it becomes U+FFFD. Anything else stays as it is.
 *
 * @throws Error for UTF-32.
 */
export async function* toUtf8(file: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let start: Buffer | null = Buffer.alloc(0);
  let decoder: TextDecoder | null = null;
  for await (const chunk of file) {
    if (start === null) {
      yield decoder ? Buffer.from(decoder.decode(chunk, { stream: true })) : chunk;
      continue;
    }
    start = Buffer.concat([start, chunk]);
    if (start.length < START) continue;
    decoder = decoderOf(start);
    yield decoder ? Buffer.from(decoder.decode(start, { stream: true })) : withoutMark(start);
    start = null;
  }
  if (start) yield withoutMark(start);
  if (decoder) yield Buffer.from(decoder.decode());
}

/** Null: it is not UTF-16. */
function decoderOf(start: Buffer): TextDecoder | null {
  const mark = start.subarray(0, START).toString('hex');
  if (mark === 'fffe0000' || mark === '0000feff') throw new Error('it is in UTF-32: save it as UTF-8');
  if (/^fffe|^(?!00)..00(?!00)..00/.test(mark)) return new TextDecoder('utf-16le');
  if (/^feff|^00(?!00)..00(?!00)../.test(mark)) return new TextDecoder('utf-16be');
  return null;
}

function withoutMark(start: Buffer): Buffer {
  return start.subarray(0, 3).toString('hex') === 'efbbbf' ? start.subarray(3) : start;
}

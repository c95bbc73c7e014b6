/** Takes what a client sends, in whatever pieces it comes, and returns how many requests began in it. */
export type MessageCounter = (bytes: Buffer) => number;

const STAR = 0x2a;
const DOLLAR = 0x24;
const QUERY = 0x51;
const EXECUTE = 0x45;

/** Counts the commands that a client sends to Redis: each is an array of texts (RESP). */
export function countRedisCommands(): MessageCounter {
  return countBy((bytes) => {
    const end = bytes.indexOf('\r\n');
    if (end < 0) return null;
    const length = Number(bytes.subarray(1, end).toString());
    if (bytes[0] === DOLLAR) return { length: end + 2 + length + 2, isRequest: false };
    return { length: end + 2, isRequest: bytes[0] === STAR };
  });
}

/** Counts the statements that a client sends to PostgreSQL: the messages Query and Execute. The first message has no type. */
export function countPostgresStatements(): MessageCounter {
  let isStarted = false;
  return countBy((bytes) => {
    if (!isStarted) {
      if (bytes.length < 4) return null;
      isStarted = true;
      return { length: bytes.readUInt32BE(0), isRequest: false };
    }
    if (bytes.length < 5) return null;
    return { length: 1 + bytes.readUInt32BE(1), isRequest: bytes[0] === QUERY || bytes[0] === EXECUTE };
  });
}

interface Message {
  readonly length: number;
  readonly isRequest: boolean;
}

/** @param readHead returns null until the head of the message has come whole. */
function countBy(readHead: (bytes: Buffer) => Message | null): MessageCounter {
  let rest = Buffer.alloc(0);
  /** Bytes of the current message that are still to come. */
  let toSkip = 0;
  return (bytes) => {
    let unread = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes;
    let requests = 0;
    for (;;) {
      const skipped = Math.min(toSkip, unread.length);
      toSkip -= skipped;
      unread = unread.subarray(skipped);
      const message = unread.length > 0 ? readHead(unread) : null;
      if (!message) break;
      if (message.isRequest) requests += 1;
      toSkip = message.length;
    }
    rest = Buffer.from(unread);
    return requests;
  };
}

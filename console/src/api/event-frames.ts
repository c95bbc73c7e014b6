/** A server-sent event (HTML, 9.2). */
export interface ServerEvent {
  readonly id: string | null;
  readonly type: string;
  readonly data: unknown;
}

/**
 * Reads events from a stream of bytes.
 *
 * @param silenceMs after so long without a byte the stream is given up: the service sends something each ten seconds.
 * @throws what the stream throws; TimeoutError.
 */
export async function* eventsOf(
  body: ReadableStream<Uint8Array>,
  silenceMs: number,
): AsyncGenerator<ServerEvent> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await within(reader.read(), silenceMs);
      if (done) return;
      const frames = (text + value).split(/\r?\n\r?\n/);
      text = frames.pop() ?? '';
      for (const frame of frames) {
        const event = parsed(frame);
        if (event) yield event;
      }
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

/** Null for a comment. */
function parsed(frame: string): ServerEvent | null {
  let id: string | null = null;
  let type = '';
  let data = '';
  for (const line of frame.split(/\r?\n/)) {
    const [, name, value = ''] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (name === 'id') id = value;
    else if (name === 'event') type = value;
    else if (name === 'data') data += value;
  }
  return type === '' ? null : { id, type, data: JSON.parse(data) as unknown };
}

async function within<Value>(pending: Promise<Value>, timeMs: number): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DOMException('silence', 'TimeoutError')), timeMs);
  });
  try {
    return await Promise.race([pending, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Names of one command. More begin another, so that no command keeps the server long. */
const MOST_NAMES = 100;

/** Who waits for the text of a name. */
interface Waiting {
  readonly resolve: (text: string | null) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Sends what is read in one turn of the event loop as one command, and each name once. Sending a command and taking its reply
 * cost the process more than what is read, and under load several requests come in each turn. They wait no longer for it: the
 * client, too, keeps what it sends until the end of the turn.
 */
export class GatheredReads {
  private readonly texts = new Map<string, Promise<string | null>>();
  private waiting: Waiting[] = [];

  /** @param read reads these names, and returns their texts in the same order. */
  constructor(private readonly read: (names: readonly string[]) => Promise<readonly (string | null)[]>) {}

  get(name: string): Promise<string | null> {
    const known = this.texts.get(name);
    if (known) return known;
    if (this.texts.size === 0) setImmediate(this.send);
    const text = new Promise<string | null>((resolve, reject) => this.waiting.push({ resolve, reject }));
    this.texts.set(name, text);
    if (this.texts.size === MOST_NAMES) this.send();
    return text;
  }

  private readonly send = (): void => {
    const { waiting } = this;
    // They were sent already, because there were so many.
    if (waiting.length === 0) return;
    const names = [...this.texts.keys()];
    this.texts.clear();
    this.waiting = [];
    this.read(names).then(
      (texts) => waiting.forEach(({ resolve }, index) => resolve(texts[index] ?? null)),
      (error: unknown) => waiting.forEach(({ reject }) => reject(error)),
    );
  };
}

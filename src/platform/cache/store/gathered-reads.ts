/** Names of one command. More begin another, so that no command keeps the server long. */
const MOST_NAMES = 100;

/** Who waits for the text of a name. */
interface Waiting {
  readonly resolve: (text: string | null) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Sends the first read of a turn of the event loop at once, and all others of that turn as one command, each name once. Sending a
 * command and taking its reply cost the process more than what is read, and under load several requests come in each turn. Nobody
 * waits longer for it: the client keeps what it is given until the end of the turn, and by then the others have been added.
 */
export class GatheredReads {
  private texts = new Map<string, Promise<string | null>>();
  private waiting: Waiting[] = [];
  private isGathering = false;

  /** @param read reads these names, and returns their texts in the same order. */
  constructor(private readonly read: (names: readonly string[]) => Promise<readonly (string | null)[]>) {}

  get(name: string): Promise<string | null> {
    return this.isGathering ? this.gather(name) : this.readFirst(name);
  }

  /** Nobody shares it: it may have left the process before the next reader of the same name came, and be too old for that one. */
  private async readFirst(name: string): Promise<string | null> {
    this.isGathering = true;
    // Asked for before the client asks for its own end of the turn, so the others are sent together with this one.
    setImmediate(this.endTurn);
    const [text = null] = await this.read([name]);
    return text;
  }

  private gather(name: string): Promise<string | null> {
    const known = this.texts.get(name);
    if (known) return known;
    const text = new Promise<string | null>((resolve, reject) => this.waiting.push({ resolve, reject }));
    this.texts.set(name, text);
    if (this.texts.size === MOST_NAMES) this.send();
    return text;
  }

  private readonly endTurn = (): void => {
    this.isGathering = false;
    if (this.waiting.length > 0) this.send();
  };

  private send(): void {
    const { waiting } = this;
    const names = [...this.texts.keys()];
    this.waiting = [];
    // In V8, the table of a Map that is cleared keeps the next one alive, and with it, one after another, all requests of a second.
    this.texts = new Map();
    this.read(names).then(
      (texts) => waiting.forEach(({ resolve }, index) => resolve(texts[index] ?? null)),
      (error: unknown) => waiting.forEach(({ reject }) => reject(error)),
    );
  }
}

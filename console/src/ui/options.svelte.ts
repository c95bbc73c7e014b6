const KEYS = ['ArrowDown', 'ArrowUp', 'Enter'] as const;
type Key = (typeof KEYS)[number];

/** Which option of a list is chosen while the person stays in the text field (ARIA's combobox). */
export class Options {
  /** None while it is negative. */
  index = $state(-1);
  private early: Key[] = [];

  /** @param areComing whether the options are still being loaded: keys are kept for them until `pressEarly()`. */
  constructor(
    private readonly length: () => number,
    private readonly take: (index: number) => void,
    private readonly areComing: () => boolean,
  ) {}

  /** Whether Enter was pressed before the options came. */
  get isChosenEarly(): boolean {
    return this.early.includes('Enter');
  }

  readonly onkeydown = (event: KeyboardEvent): void => {
    const key = KEYS.find((one) => one === event.key);
    if (key === undefined || event.isComposing) return;
    if (this.areComing()) this.early.push(key);
    else if (!this.press(key)) return;
    event.preventDefault();
  };

  /** The options have come: does what was pressed before. */
  pressEarly(): void {
    for (const key of this.early.splice(0)) this.press(key);
  }

  /** What was pressed before is no longer meant. */
  forgetEarly(): void {
    this.early = [];
  }

  /** Returns whether the key did something. */
  private press(key: Key): boolean {
    const count = this.length();
    if (count === 0) return false;
    switch (key) {
      case 'ArrowDown':
        this.index = (this.index + 1) % count;
        return true;
      case 'ArrowUp':
        this.index = (this.index + count - 1 + (this.index < 0 ? 1 : 0)) % count;
        return true;
      case 'Enter':
        if (this.index < 0) return false;
        this.take(this.index);
        return true;
    }
  }
}

/** Scrolls the chosen option into view. */
export function keepInView(isChosen: () => boolean): (element: HTMLElement) => void {
  return (element) => {
    if (isChosen()) element.scrollIntoView({ block: 'nearest' });
  };
}

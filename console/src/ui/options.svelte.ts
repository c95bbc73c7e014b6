/** Which option of a list is chosen while the person stays in the text field (ARIA's combobox). */
export class Options {
  /** None while it is negative. */
  index = $state(-1);

  constructor(
    private readonly length: () => number,
    private readonly take: (index: number) => void,
  ) {}

  readonly onkeydown = (event: KeyboardEvent): void => {
    const count = this.length();
    if (count === 0 || event.isComposing) return;
    switch (event.key) {
      case 'ArrowDown':
        this.index = (this.index + 1) % count;
        break;
      case 'ArrowUp':
        this.index = (this.index + count - 1 + (this.index < 0 ? 1 : 0)) % count;
        break;
      case 'Enter':
        if (this.index < 0) return;
        this.take(this.index);
        break;
      default:
        return;
    }
    event.preventDefault();
  };
}

/** Scrolls the chosen option into view. */
export function keepInView(isChosen: () => boolean): (element: HTMLElement) => void {
  return (element) => {
    if (isChosen()) element.scrollIntoView({ block: 'nearest' });
  };
}

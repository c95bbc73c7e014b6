const TOKENS = [
  'page',
  'panel',
  'sunken',
  'line',
  'line-strong',
  'text',
  'muted',
  'accent',
  'accent-soft',
  'on-accent',
  'wrong',
] as const;

/** The colours of the theme, as a canvas takes them, and the letters of its labels with their size in pixels. */
export type Palette = Readonly<Record<(typeof TOKENS)[number], string>> & {
  readonly font: string;
  readonly letters: number;
};

/** Reads the tokens where they hold: a token itself is `light-dark(…)`, which only a property resolves. */
export function readPalette(within: HTMLElement): Palette {
  const probe = within.appendChild(document.createElement('span'));
  // While a colour is on its way to another, the one before would be read.
  probe.style.setProperty('transition', 'none', 'important');
  const style = getComputedStyle(probe);
  const colours = TOKENS.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, style.color] as const;
  });
  probe.style.fontSize = '0.75rem';
  const [font, letters] = [style.fontFamily, parseFloat(style.fontSize)];
  probe.remove();
  return { ...(Object.fromEntries(colours) as Record<(typeof TOKENS)[number], string>), font, letters };
}

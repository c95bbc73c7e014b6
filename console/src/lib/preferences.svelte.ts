/** What a person chose for this browser. Nothing of it concerns riders or money. */
export type Language = 'es' | 'en';
export type Theme = 'system' | 'light' | 'dark';

interface Preferences {
  language: Language;
  theme: Theme;
  /** Whether single letters are shortcuts (WCAG 2.1.4: they can be switched off). */
  letters: boolean;
}

const STORED_AS = 'travel-recharge';

export const preferences: Preferences = $state(read());

export function choose(change: Partial<Preferences>): void {
  Object.assign(preferences, change);
  try {
    localStorage.setItem(STORED_AS, JSON.stringify(preferences));
  } catch {
    // A browser that keeps nothing: the choice holds until the page is closed.
  }
  applyPreferences();
}

/** Tells the document, for the style sheets and for screen readers. */
export function applyPreferences(): void {
  document.documentElement.lang = preferences.language;
  if (preferences.theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = preferences.theme;
}

function read(): Preferences {
  const stored = parse();
  const preferred = navigator.languages.find((language) => /^(es|en)\b/.test(language)) ?? 'es';
  return {
    language: oneOf(['es', 'en'], stored.language) ?? (preferred.startsWith('en') ? 'en' : 'es'),
    theme: oneOf(['system', 'light', 'dark'], stored.theme) ?? 'system',
    letters: stored.letters !== false,
  };
}

function parse(): Readonly<Record<string, unknown>> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORED_AS) ?? '{}');
    return typeof stored === 'object' && stored !== null ? { ...stored } : {};
  } catch {
    return {};
  }
}

function oneOf<Value extends string>(values: readonly Value[], value: unknown): Value | undefined {
  return values.find((one) => one === value);
}

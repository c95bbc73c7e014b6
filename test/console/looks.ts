import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';

/** All pictures; those of the README are in docs/images. */
const FOLDER = join(__dirname, '..', '..', '.screenshots');

const SIZES = {
  320: { width: 320, height: 720 },
  1280: { width: 1_280, height: 800 },
  2560: { width: 2_560, height: 1_440 },
} as const;
const THEMES = ['light', 'dark'] as const;
const LOCALES = { es: 'es-CO', en: 'en-GB' } as const;

/** How a page is looked at. */
export interface Look {
  readonly width: keyof typeof SIZES;
  readonly theme: (typeof THEMES)[number];
  readonly language: keyof typeof LOCALES;
}

/** A picture, and how its page comes to what it shows. */
export interface Picture {
  readonly name: string;
  readonly show: (page: Page) => Promise<void>;
}

const OPTIONS = {
  screen: { type: 'string' },
  width: { type: 'string' },
  theme: { type: 'string' },
  language: { type: 'string' },
} as const;

/** `--screen card,money --width 320 --theme dark --language es`: the pictures whose names begin so, in these looks. */
function wanted(): { isNamed: (name: string) => boolean; looks: Look[] } {
  const { values } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const among = (list: string | undefined, all: readonly string[]): string[] => {
    const chosen = list?.split(',') ?? [...all];
    const unknown = chosen.find((one) => !all.includes(one));
    if (unknown !== undefined) throw new Error(`${unknown} is none of ${all.join(', ')}`);
    return chosen;
  };
  const widths = among(values.width, Object.keys(SIZES)).map(Number) as Look['width'][];
  const themes = among(values.theme, THEMES) as Look['theme'][];
  const languages = among(values.language, Object.keys(LOCALES)) as Look['language'][];
  return {
    isNamed: (name) => values.screen?.split(',').some((start) => name.startsWith(start)) ?? true,
    looks: widths.flatMap((width) =>
      themes.flatMap((theme) => languages.map((language) => ({ width, theme, language }))),
    ),
  };
}

/** Takes those of the pictures that the command line asks for, in every look that it asks for. */
export async function takeAll(browser: Browser, pictures: readonly Picture[]): Promise<void> {
  const { isNamed, looks } = wanted();
  const chosen = pictures.filter(({ name }) => isNamed(name));
  await mkdir(FOLDER, { recursive: true });
  for (const look of looks) {
    const context = await lookedAt(browser, look);
    for (const picture of chosen)
      await take(
        context,
        picture,
        join(FOLDER, `${picture.name}-${look.width}-${look.theme}-${look.language}.png`),
      );
    await context.close();
  }
  console.log(`${chosen.length * looks.length} pictures are in ${FOLDER}.`);
}

/** Takes one picture of what the window shows. */
export async function takeWindow(
  browser: Browser,
  picture: Picture,
  look: Look,
  file: string,
): Promise<void> {
  const context = await lookedAt(browser, look);
  await take(context, picture, file, false);
  await context.close();
}

async function lookedAt(browser: Browser, { width, theme, language }: Look): Promise<BrowserContext> {
  return browser.newContext({
    viewport: SIZES[width],
    colorScheme: theme,
    locale: LOCALES[language],
    reducedMotion: 'reduce',
  });
}

async function take(context: BrowserContext, { show }: Picture, file: string, isWhole = true): Promise<void> {
  const page = await context.newPage();
  await show(page);
  // What is below the window is drawn, too. For a picture of the whole page Chromium makes the window small and wide again, and
  // draws it before letters have followed the size of the root, which depends on the width.
  await page.evaluate(
    `for (const row of document.querySelectorAll('li')) row.style.contentVisibility = 'visible';
    document.documentElement.style.fontSize = getComputedStyle(document.documentElement).fontSize`,
  );
  // A dialog is over the window, not over the whole page, and a wall has no more than its window.
  const isOfWindow = (await page.locator('dialog[open], .is-kiosk').count()) > 0;
  await page.screenshot({ path: file, fullPage: isWhole && !isOfWindow });
  await page.close();
}

import { readFileSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** What axe says of a page. */
interface Findings {
  readonly violations: readonly { id: string; nodes: readonly { html: string; failureSummary?: string }[] }[];
}

const TIMEOUT_MS = 60_000;
/** So many times slower does a page work: what only holds on a quick machine is found so. */
const SLOWDOWN = Number(process.env.TEST_BROWSER_SLOWDOWN ?? 1);
/** All rules; what is right is not described, which would take as long as to find it. */
const AXE_OPTIONS = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  resultTypes: ['violations'],
  selectors: false,
};
/** A text is squeezed that takes more lines than this in a column of fewer letters. */
const LINES = 3;
const NARROW = 8;
const WIDER = [1_280, 2_560];
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** Somebody with a page of the console, and everything on it that should not happen. */
export class Visitor {
  /** Errors of scripts and of the page's policy, and requests to other hosts. */
  readonly complaints: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly url: string,
  ) {}

  static async open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await browser.newContext({ locale: 'es-CO', reducedMotion: 'reduce', ...options });
    context.setDefaultTimeout(TIMEOUT_MS);
    const visitor = new Visitor(await context.newPage(), url);
    visitor.listen();
    if (SLOWDOWN > 1) await visitor.slowDown(SLOWDOWN);
    return visitor;
  }

  /** Shows an address below `/console`, and waits until its screen is drawn. */
  async visit(path: string): Promise<void> {
    await this.page.goto(`${this.url}/console${path}`);
    await this.page.getByRole('heading', { level: 1 }).first().waitFor();
  }

  async signIn(key: string): Promise<void> {
    await this.page.locator('input[type=password]:focus').waitFor();
    await this.page.keyboard.insertText(key);
    await this.page.keyboard.press('Enter');
    await this.page.locator('input[type=password]').waitFor({ state: 'detached' });
  }

  /** Presses keys one after another. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Moves through the page by the Tab key until this has the focus. */
  async tabTo(name: string | RegExp): Promise<void> {
    for (let count = 0; count < 60; count += 1) {
      await this.page.keyboard.press('Tab');
      const focused = await this.page.evaluate('document.activeElement?.textContent ?? ""');
      const text = String(focused).trim();
      if (typeof name === 'string' ? text.startsWith(name) : name.test(text)) return;
    }
    throw new Error(`no Tab leads to ${name}`);
  }

  /** Waits until a text is on the page. */
  async sees(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }

  /** What is wrong for who needs assistance (WCAG 2.2 AA), with where it is. */
  async findingsOfAxe(): Promise<string[]> {
    if (!(await this.page.evaluate('"axe" in window'))) await this.page.evaluate(AXE);
    const { violations } = await this.page.evaluate<Findings>(
      `axe.run(document, ${JSON.stringify(AXE_OPTIONS)})`,
    );
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary = '' }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
    );
  }

  /**
   * What the page has no room for: it would have to be scrolled sideways, a text or a hint is wider than what holds it, a text
   * is squeezed into a column of a few letters, or a box with a border holds more than it has room for. It is looked at as wide as it
   * is, and on larger screens.
   */
  async cutOff(): Promise<string[]> {
    const size = this.page.viewportSize();
    if (!size) throw new Error('the page has no window');
    const found: string[] = [];
    for (const width of [size.width, ...WIDER]) {
      await this.page.setViewportSize({ ...size, width });
      found.push(...(await this.withoutRoom()).map((fault) => `at ${width} px ${fault}`));
    }
    await this.page.setViewportSize(size);
    return found;
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  private async withoutRoom(): Promise<string[]> {
    return this.page.evaluate<string[]>(`(async () => {
      // Charts follow the window in the next frame.
      for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
      const isWide = document.documentElement.scrollWidth > innerWidth + 1;
      const beyond = [...document.querySelectorAll('body *')].find((element) =>
        element.getBoundingClientRect().right > innerWidth + 1 && !element.closest('.scroll'));
      const wide = isWide ? ['the page is wider than the window: ' + (beyond?.outerHTML.slice(0, 200) ?? '')] : [];
      const all = [...document.querySelectorAll('main *, dialog *')];
      const texts = all.filter((element) =>
        element.childElementCount === 0 && element.textContent.trim() !== '' && !element.matches('.hidden, option, svg *'));
      const cut = texts.filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0);
      const boxes = all.filter((element) =>
        element.childElementCount > 0 && !element.matches('.scroll, .hidden, svg, svg *') &&
        parseFloat(getComputedStyle(element).borderRightWidth) > 0 &&
        element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0);
      // The columns of a table are as wide as all of its rows need.
      const squeezed = texts.filter((element) => {
        if (element.closest('table')) return false;
        const letters = parseFloat(getComputedStyle(element).fontSize);
        const lines = document.createRange();
        lines.selectNodeContents(element);
        const { width, height } = lines.getBoundingClientRect();
        return width < ${NARROW} * letters && height > ${LINES} * 1.5 * letters;
      });
      const context = document.createElement('canvas').getContext('2d');
      const hints = all.filter((element) => {
        if (!element.placeholder || element.value !== '') return false;
        const style = getComputedStyle(element);
        context.font = [style.fontWeight, style.fontSize, style.fontFamily].join(' ');
        const room = element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        return context.measureText(element.placeholder).width > room + 1;
      });
      const named = (fault, elements) => elements.map((element) => fault + element.outerHTML.slice(0, 160));
      return [...wide, ...named('cut: ', [...cut, ...boxes]), ...named('squeezed: ', squeezed), ...named('hint: ', hints)];
    })()`);
  }

  private async slowDown(rate: number): Promise<void> {
    const devtools = await this.page.context().newCDPSession(this.page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate });
  }

  private listen(): void {
    this.page.on('pageerror', (error) => this.complaints.push(error.message));
    this.page.on('console', (message) => {
      // What a refused request says is what the tests provoke.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        this.complaints.push(message.text());
    });
    this.page.on('request', (request) => {
      if (!request.url().startsWith(`${this.url}/`)) this.complaints.push(`a request to ${request.url()}`);
    });
  }
}

const MOST_STEPS = 10;

/** What a server answered to a browser that follows nothing by itself. */
export interface Step {
  readonly status: number;
  /** Where the browser is led, as a whole address; null: nowhere. */
  readonly location: string | null;
  readonly setCookies: readonly string[];
  readonly text: string;
}

/** A browser without a screen: it keeps the cookies of each origin, and goes where a test says. */
export class HttpBrowser {
  private readonly cookies = new Map<string, Map<string, string>>();

  /** @param site what browsers say in Sec-Fetch-Site. */
  async go(url: string, site = 'none', method = 'GET'): Promise<Step> {
    const { origin } = new URL(url);
    const cookie = [...this.of(origin)].map((pair) => pair.join('=')).join('; ');
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: { 'sec-fetch-site': site, ...(cookie && { cookie }) },
    });
    const setCookies = response.headers.getSetCookie();
    for (const line of setCookies) this.keep(origin, line);
    const location = response.headers.get('location');
    return {
      status: response.status,
      location: location === null ? null : new URL(location, url).href,
      setCookies,
      text: await response.text(),
    };
  }

  /** Goes where it is led, until that begins so. Returns that address, to which it has not gone. */
  async followUntil(address: string, beginning: string): Promise<string> {
    let next: string | null = address;
    for (let steps = 0; next !== null && steps < MOST_STEPS; steps += 1) {
      if (next.startsWith(beginning)) return next;
      ({ location: next } = await this.go(next, 'cross-site'));
    }
    throw new Error(`nothing leads from ${address} to ${beginning}`);
  }

  /** The cookies that it keeps for an origin, by name. */
  of(origin: string): Map<string, string> {
    const known = this.cookies.get(origin) ?? new Map<string, string>();
    this.cookies.set(origin, known);
    return known;
  }

  private keep(origin: string, line: string): void {
    const [pair = ''] = line.split(';');
    const [name = '', ...value] = pair.split('=');
    if (/; *(max-age=0|expires=Thu, 01 Jan 1970)/i.test(line)) this.of(origin).delete(name);
    else this.of(origin).set(name, value.join('='));
  }
}

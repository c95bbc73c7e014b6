/** Where it is served: the console at `/console`, the lab at the root. */
const BASE = import.meta.env.BASE_URL.replace(/\/$/, '');

/** The whole state of a screen is its address, so that it can be shared and comes back after a reload. */
class Place {
  /** The path behind the base, without a slash at its end: `/cards/1`. */
  path = $state('/');
  query: Readonly<Record<string, string>> = $state.raw({});

  constructor() {
    this.read();
    window.addEventListener('popstate', () => this.read());
  }

  get segments(): readonly string[] {
    return this.path.split('/').slice(1).map(decoded);
  }

  read(): void {
    const { pathname, search } = window.location;
    this.path = pathname.slice(BASE.length).replace(/\/+$/, '') || '/';
    this.query = Object.fromEntries(new URLSearchParams(search));
  }
}

export const place = new Place();

type Query = Readonly<Record<string, string | number | null | undefined>>;

/** The address of a screen. A parameter without a value is left out. */
export function href(path: string, query: Query = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === null || value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  const search = new URLSearchParams(given).toString();
  const whole = path === '/' ? BASE || '/' : BASE + path;
  return `${whole}${search && `?${search}`}`;
}

/** Shows another screen. */
export function go(address: string): void {
  if (address === window.location.pathname + window.location.search) return;
  window.history.pushState(null, '', address);
  place.read();
}

/** Changes parameters of this screen's address, without a step in the history of the browser. */
export function setQuery(change: Query): void {
  window.history.replaceState(null, '', href(place.path, { ...place.query, ...change }));
  place.read();
}

/** Follows links within the console without loading the page anew, but for those that the service answers (`rel=external`). */
export function followLink(event: MouseEvent): void {
  if (
    event.defaultPrevented ||
    event.button !== 0 ||
    event.metaKey ||
    event.ctrlKey ||
    event.shiftKey ||
    event.altKey
  )
    return;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!link || link.target || link.relList.contains('external')) return;
  if (link.origin !== window.location.origin) return;
  if (link.pathname !== BASE && !link.pathname.startsWith(`${BASE}/`)) return;
  event.preventDefault();
  go(link.pathname + link.search);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

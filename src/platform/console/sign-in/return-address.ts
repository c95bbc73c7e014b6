const BASE = 'http://console.invalid';
/** Characters: it is kept in a cookie. */
const LONGEST = 1_000;
export const CONSOLE = '/console';

/** Returns where in the console a person wants to be, and the console itself for anything else: no link leads elsewhere by us. */
export function returnAddress(text: string | null): string {
  if (text === null || text.length > LONGEST || !URL.canParse(text, BASE)) return CONSOLE;
  // As browsers read it: with `//`, `/\` and `..`.
  const { origin, pathname, search } = new URL(text, BASE);
  const isScreen = pathname === CONSOLE || pathname.startsWith(`${CONSOLE}/`);
  if (origin !== BASE || !isScreen || /^\/console\/(sign-in|session)\b/.test(pathname)) return CONSOLE;
  return pathname + search;
}

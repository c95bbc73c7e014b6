import { visible } from '../text/visible';

/** Prints text that may contain names from files or databases. Control characters in it are made visible. */
export function printLine(text: string): void {
  for (const line of text.split('\n')) console.log(visible(line));
}

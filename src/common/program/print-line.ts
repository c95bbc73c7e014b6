import { visible } from '../text/visible';

/** Prints lines that may have names of files or rows in them, which are somebody else's. */
export function printLine(text: string): void {
  for (const line of text.split('\n')) console.log(visible(line));
}

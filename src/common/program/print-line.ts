import { visible } from '../text/visible';

/** Prints lines that may contain names from files or databases: control characters in them are made visible. */
export function printLine(text: string): void {
  for (const line of text.split('\n')) console.log(visible(line));
}

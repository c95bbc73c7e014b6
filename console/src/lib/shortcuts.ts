import { SvelteMap } from 'svelte/reactivity';
import { preferences } from './preferences.svelte';

/** A key, and what it does on this screen. */
export interface Shortcut {
  /** As `KeyboardEvent.key`. */
  readonly key: string;
  /** What it does, for the list of keys. */
  readonly text: () => string;
  readonly run: () => void;
}

const registered = new SvelteMap<symbol, readonly Shortcut[]>();

/** The keys that do something now; those of the screen come last and win. */
export function shortcuts(): Shortcut[] {
  return [...registered.values()].flat();
}

/** Adds keys until the component goes: `$effect(() => addShortcuts([…]))`. */
export function addShortcuts(added: readonly Shortcut[]): () => void {
  const owner = Symbol('shortcuts');
  registered.set(owner, added);
  return () => registered.delete(owner);
}

/** Runs what a pressed key stands for, unless the person is writing or a dialog is open. */
export function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!preferences.letters || isWriting(event.target) || document.querySelector('dialog[open]')) return;
  const shortcut = shortcuts().findLast(({ key }) => key === event.key);
  if (!shortcut) return;
  event.preventDefault();
  shortcut.run();
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
}

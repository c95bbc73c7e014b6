import { tick } from 'svelte';
import { place } from '../lib/router.svelte';

/** Who follows a link hears and stands at the head of what it led to. */
export function standAtHead(
  main: () => HTMLElement | undefined,
  onleave: () => void = () => undefined,
): void {
  let last = place.path;
  $effect(() => {
    if (place.path === last) return;
    last = place.path;
    onleave();
    void tick().then(() => {
      window.scrollTo(0, 0);
      main()?.focus({ preventScroll: true });
    });
  });
}

/** Moves the focus through the rows of a list, which have the attribute `data-row`, by arrows, Home and End. */
export function arrows(list: HTMLElement): () => void {
  function onkeydown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLElement)) return;
    if (!event.target.matches('[data-row]')) return;
    const rows = [...list.querySelectorAll<HTMLElement>('[data-row]')];
    const place = rows.indexOf(event.target);
    const next = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: rows.length - 1 }[event.key];
    const row = next === undefined ? undefined : rows[next];
    if (!row) return;
    event.preventDefault();
    row.focus();
  }
  list.addEventListener('keydown', onkeydown);
  return () => list.removeEventListener('keydown', onkeydown);
}

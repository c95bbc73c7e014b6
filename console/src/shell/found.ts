import { session } from '../api/session.svelte';
import { dictionary } from '../lib/dictionary';
import { href } from '../lib/router.svelte';
import { screens } from '../screens/registry';
import type { IconName } from '../ui/Icon.svelte';

/** Something that a search leads to. */
export interface Found {
  readonly icon: IconName;
  readonly title: string;
  readonly detail: string;
  readonly href: string;
}

const t = dictionary({
  es: { card: (id: string) => `Tarjeta con el id ${id}`, screen: 'Pantalla' },
  en: { card: (id: string) => `Card with the id ${id}`, screen: 'Screen' },
});

const CARD_ID = /^[1-9]\d{0,14}$/;

/** What is known without asking the service. */
export function found(text: string): Found[] {
  const cards =
    CARD_ID.test(text) && session.may('cards:read')
      ? [{ icon: 'card' as const, title: t().card(text), detail: '', href: href(`/cards/${text}`) }]
      : [];
  const named = screens()
    .filter(({ title }) => plain(title()).includes(plain(text)))
    .map(({ icon, title, path }) => ({ icon, title: title(), detail: t().screen, href: href(path) }));
  return [...cards, ...named];
}

/** Without accents and capitals. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

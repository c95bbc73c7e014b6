import { call } from '../api/call';
import type { SearchResult } from '../api/schema';
import { session } from '../api/session.svelte';
import { dictionary } from '../lib/dictionary';
import { cardNumber, date, dayAndTime, money } from '../lib/format';
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
  es: {
    screen: 'Pantalla',
    rider: 'Pasajero',
    erased: 'Datos borrados',
    trip: (id: number) => `Viaje ${id}`,
    recharge: (id: number) => `Recarga ${id}`,
    statuses: { active: 'activa', inactive: 'inactiva', blocked: 'bloqueada', lost: 'perdida' },
  },
  en: {
    screen: 'Screen',
    rider: 'Rider',
    erased: 'Data erased',
    trip: (id: number) => `Trip ${id}`,
    recharge: (id: number) => `Recharge ${id}`,
    statuses: { active: 'active', inactive: 'inactive', blocked: 'blocked', lost: 'lost' },
  },
});

/** So many are found at once. */
export const MOST_FOUND = 10;

/** What the service finds, as far as a screen shows it. @throws Refused, Away */
export async function search(text: string, signal: AbortSignal): Promise<Found[]> {
  if (!session.may('search:read')) return [];
  const { results } = await call('GET /search', { query: { q: text, limit: MOST_FOUND } }, { signal });
  return results.flatMap(toFound);
}

/** The screens of that name, which needs no question. */
export function screensNamed(text: string): Found[] {
  return screens()
    .filter(({ title }) => plain(title()).includes(plain(text)))
    .map(({ icon, title, path }) => ({ icon, title: title(), detail: t().screen, href: href(path) }));
}

function toFound({ card, user, trip, recharge }: SearchResult): Found[] {
  if (card)
    return [
      {
        icon: 'card',
        title: cardNumber(card.card_number),
        detail: `${money(card.balance)} · ${t().statuses[card.status]}`,
        href: href(`/cards/${card.card_id}`),
      },
    ];
  if (user)
    return [
      {
        icon: 'person',
        title: [user.first_name, user.last_name].filter(Boolean).join(' ') || t().erased,
        detail: user.id_number ?? `${t().rider} · ${date(user.registration_date)}`,
        href: href('/cards', { user: user.user_id }),
      },
    ];
  if (trip)
    return [
      {
        icon: 'trip',
        title: `${t().trip(trip.trip_id)} · ${trip.boarding_station_name}`,
        detail: dayAndTime(trip.boarding_time),
        href: href(`/cards/${trip.card_id}`, { trip: trip.trip_id }),
      },
    ];
  if (recharge)
    return [
      {
        icon: 'plus',
        title: `${t().recharge(recharge.recharge_id)} · ${money(recharge.amount)}`,
        detail: dayAndTime(recharge.recharge_timestamp),
        href: href(`/cards/${recharge.card_id}`, { recharge: recharge.recharge_id }),
      },
    ];
  return [];
}

/** Without accents and capitals. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

import type { Component } from 'svelte';
import { type Scope, session } from '../api/session.svelte';
import { dictionary } from '../lib/dictionary';
import type { IconName } from '../ui/Icon.svelte';

/** A screen of the menu. Its code is loaded when it is first shown. */
export interface Screen {
  /** Where it is, below `/console`. What comes behind it in an address belongs to the screen. */
  readonly path: string;
  readonly icon: IconName;
  readonly title: () => string;
  /** Who has one of these scopes finds it in the menu. The first is for its main part. */
  readonly scopes: readonly Scope[];
  readonly load: () => Promise<{ default: Component }>;
  /** Whether it can be shown alone, without the menu: `?kiosk`. */
  readonly isForWalls?: boolean;
}

const t = dictionary({
  es: {
    city: 'Ciudad',
    cards: 'Tarjetas',
    money: 'Dinero',
    fares: 'Tarifas',
    cache: 'Caché',
    operations: 'Operación',
  },
  en: {
    city: 'City',
    cards: 'Cards',
    money: 'Money',
    fares: 'Fares',
    cache: 'Cache',
    operations: 'Operations',
  },
});

/** In the order of the menu. */
const SCREENS: readonly Screen[] = [
  {
    path: '/city',
    icon: 'city',
    title: () => t().city,
    scopes: ['totals:read', 'network:read'],
    load: () => import('./city/City.svelte'),
    isForWalls: true,
  },
  {
    path: '/cards',
    icon: 'card',
    title: () => t().cards,
    scopes: ['cards:read'],
    load: () => import('./cards/Cards.svelte'),
  },
  {
    path: '/money',
    icon: 'money',
    title: () => t().money,
    scopes: ['revenue:read', 'proofs:read'],
    load: () => import('./money/Money.svelte'),
  },
  {
    path: '/fares',
    icon: 'fares',
    title: () => t().fares,
    scopes: ['fares:read'],
    load: () => import('./fares/Fares.svelte'),
  },
  {
    path: '/cache',
    icon: 'cache',
    title: () => t().cache,
    scopes: ['cache:read'],
    load: () => import('./cache/Cache.svelte'),
  },
  {
    path: '/operations',
    icon: 'operations',
    title: () => t().operations,
    scopes: ['metrics:read', 'keys:read', 'audit:read'],
    load: () => import('./operations/Operations.svelte'),
  },
];

/** The screens of who is signed in. */
export function screens(): Screen[] {
  return SCREENS.filter(({ scopes }) => scopes.some((scope) => session.may(scope)));
}

/** The screen at an address. At the root, the first that shows its main part to whoever is signed in: an agent begins at the desk. */
export function screenAt(path: string): Screen | undefined {
  if (path === '/')
    return screens().find(({ scopes: [main] }) => main !== undefined && session.may(main)) ?? screens()[0];
  return screens().find((screen) => path === screen.path || path.startsWith(`${screen.path}/`));
}

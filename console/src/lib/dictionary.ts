import { preferences } from './preferences.svelte';

/**
 * The texts of a screen in both languages, beside each other. What it returns gives those of the chosen language; where a
 * template calls it, another choice is shown at once.
 *
 * @example const t = dictionary({ es: { title: 'Tarjetas' }, en: { title: 'Cards' } }); // {t().title}
 */
export function dictionary<Texts>(texts: { es: Texts; en: NoInfer<Texts> }): () => Texts {
  return () => texts[preferences.language];
}

export const LANGUAGES = ['en', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What people read, in each language. */
export type Text = Readonly<Record<Language, string>>;

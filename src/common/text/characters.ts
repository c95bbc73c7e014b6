/**
 * Kinds of characters, each as the inside of a bracket expression for a regular expression with the flag `u`. Their
 * names are those of the Unicode standard.
 */

/** Blanks of every width: the no-break space, the ideographic space and their like. */
export const BLANK = String.raw`\p{Zs}`;

/**
 * Characters that no text may contain. Half of a surrogate pair cannot be stored or sent as UTF-8. A control character (escape,
 * NUL, a line break) can damage a terminal, a log or a file. A bidirectional control shows a text in another order than it is
 * stored. Tags and annotation anchors hide a second text. U+FFFD means that a character was lost before. A noncharacter is
 * never text, by its definition.
 */
export const FORBIDDEN = String.raw`\p{Cs}\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Noncharacter_Code_Point}\u{E0000}-\u{E007F}\uFFF9-\uFFFB\uFFFD`;

/** Characters that show nothing. U+2800 is the Braille pattern without dots. */
export const INVISIBLE = String.raw`\p{Default_Ignorable_Code_Point}\u2800`;

/** Characters that choose how the character before them is shown, if it has several forms: an emoji or an ideograph. */
export const SELECTOR = String.raw`\p{Variation_Selector}`;

/** ZERO WIDTH NON-JOINER and JOINER. They change how letters of Arabic or Hindi, or two emojis, are shown. */
export const JOINER = String.raw`\u200C\u200D`;

/** A text that shows something contains at least one of these. A mark is not among them, because it needs a letter. */
export const VISIBLE = String.raw`\p{L}\p{N}\p{P}\p{S}`;

/** Scripts that are written joined, or in which letters merge. */
const JOINED_SCRIPTS = [
  ...['Arabic', 'Syriac', 'Nko', 'Mongolian', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya'],
  ...['Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Tibetan', 'Myanmar', 'Khmer'],
].map((script) => String.raw`\p{Script=${script}}`);

/** Characters that a joiner can join or separate. Between others it does nothing. */
export const JOINED = String.raw`\p{Extended_Pictographic}\p{Emoji_Modifier}${JOINED_SCRIPTS.join('')}`;

/** Characters that have several forms, of which a selector chooses one. */
export const VARIED = String.raw`\p{Extended_Pictographic}\p{Ideographic}\p{Script=Mongolian}\p{Script=Myanmar}`;

/**
 * Kinds of characters, each as the inside of a bracket expression for a regular expression with the flag `u`. Their
 * names are those of the Unicode standard.
 */

/** Blanks of every width: the no-break space, the ideographic space and their like. */
export const BLANK = String.raw`\p{Zs}`;

/**
 * What no text may hold. Half of a surrogate pair can't be stored or sent as UTF-8. A control character (escape, NUL, a
 * line break) does something to a terminal, a log or a file. A bidirectional control lets text read otherwise than it is
 * stored. Tags and annotation anchors hide a second text. U+FFFD stands where something was lost on the way, and a
 * noncharacter is no text by definition.
 */
export const FORBIDDEN = String.raw`\p{Cs}\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Noncharacter_Code_Point}\u{E0000}-\u{E007F}\uFFF9-\uFFFB\uFFFD`;

/** What shows nothing. U+2800 is the Braille pattern without dots. */
export const INVISIBLE = String.raw`\p{Default_Ignorable_Code_Point}\u2800`;

/** They change the look of the character before them, where it has another look: an emoji, an ideograph. */
export const SELECTOR = String.raw`\p{Variation_Selector}`;

/** ZERO WIDTH NON-JOINER and JOINER: between letters of Arabic or Hindi, or between two emojis, they change the look. */
export const JOINER = String.raw`\u200C\u200D`;

/** At least one of these is in a text that shows something; a mark alone changes the look of its neighbour. */
export const VISIBLE = String.raw`\p{L}\p{N}\p{P}\p{S}`;

/** Scripts that are written joined, or in which letters merge. */
const JOINED_SCRIPTS = [
  ...['Arabic', 'Syriac', 'Nko', 'Mongolian', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya'],
  ...['Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Tibetan', 'Myanmar', 'Khmer'],
].map((script) => String.raw`\p{Script=${script}}`);

/** What a joiner can join, or keep apart; elsewhere it does nothing. */
export const JOINED = String.raw`\p{Extended_Pictographic}\p{Emoji_Modifier}${JOINED_SCRIPTS.join('')}`;

/** What has another look that a selector can choose. */
export const VARIED = String.raw`\p{Extended_Pictographic}\p{Ideographic}\p{Script=Mongolian}\p{Script=Myanmar}`;

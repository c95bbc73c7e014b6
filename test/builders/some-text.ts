import fc from 'fast-check';

/** Characters that the rules of text speak of, and neighbours that change what is said of them. */
const SPOKEN_OF = [
  ...['a', 'É', 'e', '\u0301', '1', ' ', '\u00a0', '\u3000', '\t', '\n', '\r', '\0', '\u001b', '\u2028'],
  ...[
    '\u200b',
    '\u200c',
    '\u200d',
    '\ufe0f',
    '\ufe0e',
    '\u{e0100}',
    '\u{e0041}',
    '\u00ad',
    '\u2060',
    '\ufeff',
  ],
  ...['\u2800', '\u3164', '\u202e', '\u2066', '\ud800', '\udc00', '\ufffd', '\uffff', '\ufffa', '\u{10fffe}'],
  ...['❤', '🔥', '👩', '🏽', '葛', 'ا', 'ب', 'क', '्', '\u180b', 'ᠮ', '\u1100', '\u1161', '\u212b'],
];

const character = fc.oneof(
  fc.constantFrom(...SPOKEN_OF),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
);

/** Any text, also such that is not well-formed, with many characters that the rules of text speak of. */
export const someText = fc.array(character, { maxLength: 30 }).map((characters) => characters.join(''));

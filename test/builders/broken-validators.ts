type Edit = readonly [file: string, from: string, to: string];

/** The reference device with one fault. */
export interface BrokenValidator {
  readonly what: string;
  /** That finds it out. */
  readonly requirement: string;
  /** What that says. */
  readonly words: RegExp;
  /** It starts often, waits long, or is much like another one. */
  readonly isCostly?: boolean;
  readonly edits: readonly Edit[];
}

export const BROKEN_VALIDATORS: readonly BrokenValidator[] = [
  {
    what: 'opens before its tap is on the disk',
    requirement: 'power-cut',
    words: /was lost/,
    edits: [['journal.mjs', '}\\n`);\n    fs.fsyncSync(file);', '}\\n`);']],
  },
  {
    what: 'goes on behind a torn line',
    requirement: 'power-cut',
    isCostly: true,
    words: /was lost/,
    edits: [
      [
        'journal.mjs',
        "fs.ftruncateSync(file, Buffer.byteLength(lines.map((line) => `${line}\\n`).join('')));",
        '',
      ],
    ],
  },
  {
    what: 'writes its tap a moment after the gate has opened',
    requirement: 'killed',
    isCostly: true,
    words: /was lost/,
    edits: [
      [
        'journal.mjs',
        'const add = (record) => {',
        'const add = (record) => setTimeout(keep, 500, record);\n  const keep = (record) => {',
      ],
    ],
  },
  {
    what: 'numbers its taps anew when it sends them again',
    requirement: 'lost-answer',
    words: /charged 2 times/,
    edits: [
      [
        'validator.mjs',
        'taps: batch }',
        'taps: batch.map((tap) => ({ ...tap, sequence: (env.n = Number(env.n ?? 0) + 1) })) }',
      ],
      ['validator.mjs', 'const env = process.env;', 'const env = { ...process.env };'],
    ],
  },
  {
    what: 'gives its taps the time at which they are sent',
    requirement: 'lost-answer',
    isCostly: true,
    words: /wait for a person: sequence_reused/,
    edits: [['validator.mjs', 'taps: batch }', 'taps: batch.map((tap) => ({ ...tap, tapped_at: now() })) }']],
  },
  {
    what: 'sends all its taps again as another device',
    requirement: 'registered-anew',
    words: /charged 2 times/,
    edits: [['taps.mjs', 'this.validatorId !== validator_id', 'validator_id === null']],
  },
  {
    what: 'lets everybody in',
    requirement: 'hotlist',
    isCostly: true,
    words: /was let in/,
    edits: [['validator.mjs', 'const open = !(rules', 'const open = true || !(rules']],
  },
  {
    what: 'keeps who has left the hotlist',
    requirement: 'hotlist',
    words: /has left the hotlist was refused/,
    edits: [
      ['list-copy.mjs', 'members.delete(String(key))', 'String(key)'],
      ['list-copy.mjs', '!== checksum', '=== null'],
    ],
  },
  {
    what: 'does not look at the checksum',
    requirement: 'hotlist-checksum',
    words: /was let in/,
    edits: [['list-copy.mjs', '!== checksum', '=== null']],
  },
  {
    what: 'has its hotlist in memory only',
    requirement: 'hotlist-kept',
    isCostly: true,
    words: /was let in/,
    edits: [['list-copy.mjs', 'if (version !== this.version)', 'if (version === null)']],
  },
  {
    what: 'does not read Retry-After',
    requirement: 'retry-after',
    words: /has sent again after/,
    edits: [['service.mjs', 'Math.max(error.retryAfterMs || 0, ', '(']],
  },
  {
    what: 'never waits longer',
    requirement: 'back-off',
    isCostly: true,
    words: /has sent again after/,
    edits: [['service.mjs', 'Math.min(2 * pause, LONGEST_PAUSE_MS)', 'this.pauseMs']],
  },
  {
    what: 'waits for ever for an answer',
    requirement: 'silence',
    isCostly: true,
    words: /was lost/,
    edits: [['service.mjs', '      signal: AbortSignal.timeout(this.timeoutMs),\n', '']],
  },
  {
    what: 'does not read next_expected_sequence',
    requirement: 'next-expected',
    words: /was not sent again/,
    edits: [['taps.mjs', 'isMissing ? expected - 1 : last', 'last']],
  },
  {
    what: 'asks nothing when it starts',
    requirement: 'old-image',
    isCostly: true,
    words: /has not asked/,
    edits: [
      ['validator.mjs', 'let heardAt = -Infinity', 'let heardAt = 0'],
      ['validator.mjs', 'const helloEveryMs = 60 * everyMs', 'const helloEveryMs = Infinity'],
    ],
  },
  {
    what: 'does not go on behind the numbers that it has used',
    requirement: 'old-image',
    isCostly: true,
    words: /sequence_reused/,
    edits: [['taps.mjs', 'highest > this.lastSequence', 'highest < 0']],
  },
  {
    what: 'has another clock when it sends',
    requirement: 'clock',
    words: /minutes away from its time/,
    edits: [['validator.mjs', 'sent_at: now()', 'sent_at: new Date().toISOString()']],
  },
  {
    what: 'says once that it has collected an action',
    requirement: 'action',
    words: /has not sent again/,
    edits: [['validator.mjs', 'throw refused;', 'return;']],
  },
];

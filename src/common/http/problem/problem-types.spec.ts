import { ApiProblems } from '../api-problems.decorator';
import { CardNotActiveError } from './card-errors';
import { DomainError } from './domain-error';
import { NotFoundError } from './not-found-error';
import { problemDocument } from './problem-document';
import { PROBLEM_CODES, PROBLEM_TYPES, type ProblemCode } from './problem-types';

const SENTENCES = /^[A-Z/`].*[.]$/s;

describe('problem types', () => {
  it.each(PROBLEM_CODES)('%s is told in whole sentences', (code) => {
    const { status, title, when, advice } = PROBLEM_TYPES[code];

    expect(status).toBeGreaterThanOrEqual(400);
    expect([title, when, advice]).toEqual(Array(3).fill(expect.stringMatching(SENTENCES)));
    // Only a reader of the page sees `code` set apart.
    expect(title + advice).not.toContain('`');
  });

  it('give an error its status, its title and what to do', () => {
    const { code, status, message: detail } = new CardNotActiveError(5, 'blocked');
    const document = problemDocument({
      code,
      detail,
      instance: '/recharges',
      requestId: '1-1',
      traceId: 'a1',
    });

    expect(status).toBe(409);
    expect(document).toEqual({
      type: '/docs/errors#card_not_active',
      title: 'The card is not active.',
      status: 409,
      detail:
        'Card 5 is blocked, not active. Use another card, or set the status of this one to active first; a lost card ' +
        'stays lost.',
      instance: '/recharges',
      code: 'card_not_active',
      request_id: '1-1',
      trace_id: 'a1',
    });
  });
});

// What follows need not run: the compiler refuses each line that has a @ts-expect-error, or refuses that comment.
describe('the compiler', () => {
  it('refuses a code that does not exist', () => {
    class TypingError extends DomainError {
      static readonly code = 'card_not_activ';

      constructor() {
        // @ts-expect-error: no problem type has this code.
        super(TypingError.code, 'A code is misspelt.');
      }
    }
    // @ts-expect-error: an error without a code of the catalogue is no refusal of an operation.
    expect(ApiProblems(TypingError)).toBeInstanceOf(Function);
    // @ts-expect-error: nor is a code that is written out.
    expect(() => ApiProblems('card_not_active')).not.toBe(undefined);
  });

  it('refuses a resource that does not exist', () => {
    // @ts-expect-error: there are no tramways.
    expect(new NotFoundError('tramway', 1).code).toBe('tramway_not_found');
    // @ts-expect-error: neither in the document of the API.
    expect(NotFoundError.of('tramway')).toEqual({ code: 'tramway_not_found' });
  });

  it('refuses a table that forgets a code', () => {
    // @ts-expect-error: it has one code only.
    const texts: Readonly<Record<ProblemCode, string>> = { card_not_active: 'La tarjeta no está activa.' };

    expect(texts).toBeDefined();
  });

  it('refuses a switch that forgets a member', () => {
    // @ts-expect-error: what if the database is busy?
    const waitFor = (code: 'database_away' | 'database_busy'): number => {
      // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check -- the compiler's turn
      switch (code) {
        case 'database_away':
          return 2;
      }
    };

    expect(waitFor('database_away')).toBe(2);
  });
});

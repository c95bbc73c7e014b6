import type { AuditEntry } from './audit-entry';
import { RefusalBudget } from './refusal-budget';

const entry = (address: string): AuditEntry => ({
  ...{
    occurredAt: new Date(0),
    client: '',
    keyId: null,
    role: null,
    requestId: 'r',
    operation: 'GET /cards',
  },
  ...{ object: null, outcome: 'refused', changes: null, reason: 'key_invalid', address },
});

describe(RefusalBudget.name, () => {
  it('notes ten refusals of a source, and says of the others how many they were', () => {
    const budget = new RefusalBudget();
    const noted = Array.from({ length: 25 }, () => budget.spend('a', entry('a'))).filter(Boolean);

    expect(noted).toHaveLength(10);
    expect(budget.spend('b', entry('b'))).toBe(true);
    expect(budget.next()).toEqual([
      { ...entry('a'), requestId: null, reason: expect.stringMatching(/^key_invalid; 15 more /) as string },
    ]);
    expect(budget.next()).toEqual([]);
    expect(budget.spend('a', entry('a'))).toBe(true);
  });

  it('is bounded, however many sources there are', () => {
    const budget = new RefusalBudget();
    const noted = Array.from({ length: 5_000 }, (_, n) => budget.spend(`${n}`, entry(`${n}`))).filter(
      Boolean,
    );

    expect(noted).toHaveLength(100);
    expect(budget.next()).toEqual([
      expect.objectContaining({
        address: null,
        reason: expect.stringMatching(/^key_invalid; 4900 more /) as string,
      }),
    ]);
  });
});

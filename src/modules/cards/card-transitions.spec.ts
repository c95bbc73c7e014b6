import { isLegalTransition } from './card-transitions';
import { CARD_STATUSES } from './card-status';

describe(isLegalTransition.name, () => {
  it('allows these and no others', () => {
    const legal = CARD_STATUSES.flatMap((from) =>
      CARD_STATUSES.filter((to) => isLegalTransition(from, to)).map((to) => `${from} to ${to}`),
    );

    expect(legal).toEqual([
      'active to inactive',
      'active to blocked',
      'active to lost',
      'inactive to active',
      'inactive to blocked',
      'inactive to lost',
      'blocked to active',
      'blocked to inactive',
      'blocked to lost',
    ]);
  });
});

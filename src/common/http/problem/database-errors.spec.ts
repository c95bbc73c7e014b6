import { isDatabaseAway, translateDatabaseError } from './database-errors';
import { DatabaseAwayError, DatabaseBusyError } from './service-errors';

const withCode = (code: string): Error => Object.assign(new Error('refused'), { code });

describe(translateDatabaseError.name, () => {
  it.each([
    ['a pool whose connections are all in use', new Error('timeout exceeded when trying to connect')],
    ['a server whose connections are all in use', withCode('53300')],
    ['a statement that took too long', withCode('57014')],
  ])('takes %s for busy, not away', (_, error) => {
    expect(translateDatabaseError(error)).toBeInstanceOf(DatabaseBusyError);
    expect(isDatabaseAway(error)).toBe(false);
  });

  it.each([
    ['a connection that is refused', withCode('ECONNREFUSED')],
    ['a connection that takes too long', new Error('Connection terminated due to connection timeout')],
    ['a server that stops', withCode('57P01')],
    ['a connection that breaks', withCode('08006')],
  ])('takes %s for away', (_, error) => {
    expect(translateDatabaseError(error)).toBeInstanceOf(DatabaseAwayError);
    expect(isDatabaseAway(error)).toBe(true);
  });

  it('knows nothing of a defect of ours', () => {
    expect(translateDatabaseError(withCode('42601'))).toBeNull();
  });
});

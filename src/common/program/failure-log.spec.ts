import { FailureLog } from './failure-log';

it('a failure is logged once until the work has succeeded again, and never thrown', async () => {
  const warnings: unknown[] = [];
  const failures = new FailureLog({ warn: (text: unknown) => void warnings.push(text) }, 'it does not work');
  const fail = () => failures.attempt(() => Promise.reject(new Error('away')));

  await fail();
  await fail();
  expect(warnings).toEqual(['it does not work: Error: away']);

  await failures.attempt(() => Promise.resolve());
  expect(warnings).toHaveLength(1);
  await fail();
  expect(warnings).toHaveLength(2);
});

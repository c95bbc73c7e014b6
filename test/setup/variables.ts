/** What the global setup tells the test workers. */
export type SetupVariable = 'TEST_POSTGRES_URL' | 'TEST_TEMPLATE' | 'TEST_COPY_STRATEGY' | 'TEST_REDIS_URL';

export function readVariable(name: SetupVariable): string {
  const value = process.env[name];
  if (value === undefined)
    throw new Error(`${name} is not set: this test needs the global setup of jest.config.cjs`);
  return value;
}

type CleanUp = () => Promise<unknown>;

const cleanUps: CleanUp[] = [];

/** Cleans up after the test that is running, whether it passes or not; the last first. */
export function afterTest(cleanUp: CleanUp): void {
  cleanUps.push(cleanUp);
}

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

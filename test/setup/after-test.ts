type CleanUp = () => Promise<unknown>;

const ofTest: CleanUp[] = [];
const ofFile: CleanUp[] = [];

/** Cleans up after the test that is running, whether it passes or not; the last first. */
export function afterTest(cleanUp: CleanUp): void {
  ofTest.push(cleanUp);
}

/** The same after the last test of the file. */
export function afterFile(cleanUp: CleanUp): void {
  ofFile.push(cleanUp);
}

afterEach(() => runAll(ofTest));
afterAll(() => runAll(ofFile));

async function runAll(cleanUps: CleanUp[]): Promise<void> {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
}

import { drill } from '../restore/drill';

it('a city is restored to a moment before it was wrecked, with all that was acknowledged until then', async () => {
  const lines: string[] = [];

  const faults = await drill({ cards: 100, seconds: 0, log: (line) => lines.push(line) });

  console.log(lines.join('\n'));
  expect(faults).toEqual([]);
});

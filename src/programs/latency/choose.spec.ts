import { PassThrough } from 'node:stream';
import { chooseInDialogue } from './choose';
import { Dialogue } from './dialogue';
import { OfferedRead } from './operations';

const offered = [
  new OfferedRead('/trips/total', { 'x-cached-as': 'trips:total' }, {}),
  new OfferedRead('/cards/{card_id}/balance', { 'x-cached-as': 'card:{card_id}:balance' }, { card_id: '7' }),
];

/** Answers each question as it comes, and tells what was said. */
function aDialogue(answers: readonly string[]): { dialogue: Dialogue; said: () => string } {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const rest = [...answers];
  let said = '';
  output.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (!/\]: $/.test(said)) return;
    const answer = rest.shift();
    if (answer === undefined) input.end();
    else input.write(`${answer}\n`);
  });
  return { dialogue: new Dialogue(input, output), said: () => said };
}

describe(chooseInDialogue.name, () => {
  it('asks again after an answer that is none, and says what is wrong with it', async () => {
    const { dialogue, said } = aDialogue(['3', '/nothing', ' /cards/17/balance ', 'many', '0', '20']);

    const choice = await chooseInDialogue({ operations: null, iterations: null }, offered, dialogue);

    expect(choice).toEqual({
      operations: [{ name: '/cards/17/balance', path: '/cards/17/balance', key: 'card:17:balance' }],
      iterations: 20,
    });
    expect(said()).toContain(
      '3 is not an operation that can be measured; these are: /trips/total, /cards/{card_id}/balance',
    );
    expect(said()).toContain('--iterations must be a whole number from 1 to 100000');
  });

  it('takes a number, and nothing for what stands in brackets', async () => {
    const { dialogue } = aDialogue(['1', '']);

    expect(await chooseInDialogue({ operations: null, iterations: null }, offered, dialogue)).toMatchObject({
      operations: [{ name: '/trips/total' }],
      iterations: 50,
    });
  });

  it('ends when there will be no answer', async () => {
    const { dialogue } = aDialogue([]);

    await expect(chooseInDialogue({ operations: null, iterations: 1 }, offered, dialogue)).rejects.toThrow(
      'no operation was chosen',
    );
  });
});

import type { Reply } from '../consistency/http-client';
import { Quantity } from '../consistency/quantity';
import { View } from '../consistency/view';

const PROCESS = 'process 1';

describe(View.name, () => {
  let balance: Quantity;
  let view: View;

  beforeEach(() => {
    balance = new Quantity('balance');
    view = new View('/cards/1/balance', [balance], ({ body }) => [Number(body)]);
  });

  /** A read that begins now; what it finds is judged when its answer arrives. */
  function beginRead(): (value: number) => string[] {
    const floors = view.floors();
    return (value) => view.judge(floors, replyOf(value), PROCESS).map(({ promise }) => promise);
  }

  it('breaks A when a read is older than what was acknowledged before it began', () => {
    balance.acknowledge(5_000, 'recharge 1');

    const answer = beginRead();

    expect(answer(4_999)).toEqual(['A']);
  });

  it('lets a read be older than what was acknowledged after it began', () => {
    const answer = beginRead();
    balance.acknowledge(5_000, 'recharge 1');

    expect(answer(4_999)).toEqual([]);
  });

  it('breaks B when a read is older than one whose answer arrived before it began', () => {
    beginRead()(7_000);

    const answer = beginRead();

    expect(answer(5_000)).toEqual(['B']);
  });

  it('lets two reads at the same time differ in either direction', () => {
    const answers = [beginRead(), beginRead()] as const;

    expect(answers[0](7_000)).toEqual([]);
    expect(answers[1](5_000)).toEqual([]);
  });

  it('breaks both when the older read began after an acknowledgement that another read has seen', () => {
    balance.acknowledge(5_000, 'recharge 1');
    beginRead()(5_000);

    expect(beginRead()(0)).toEqual(['A', 'B']);
  });

  it('keeps the highest, whatever the order of acknowledgements', () => {
    balance.acknowledge(9_000, 'recharge 2');
    balance.acknowledge(5_000, 'recharge 1');

    expect(beginRead()(8_000)).toEqual(['A']);
    expect(beginRead()(9_000)).toEqual([]);
  });

  it('keeps the highest that was read, whatever was read after it', () => {
    beginRead()(7_000);
    beginRead()(5_000);

    expect(beginRead()(6_000)).toEqual(['B']);
  });

  it('does not hold one operation to what another has shown', () => {
    const other = new View('/users/1/card-balance', [balance], ({ body }) => [Number(body)]);
    other.judge(other.floors(), replyOf(7_000), PROCESS);

    expect(beginRead()(5_000)).toEqual([]);
  });

  it('says what a read was held against', () => {
    balance.acknowledge(5_000, 'recharge 1');

    expect(view.judge(view.floors(), replyOf(0), PROCESS)).toEqual([
      {
        promise: 'A',
        path: '/cards/1/balance',
        quantity: 'balance',
        value: 0,
        floor: 5_000,
        floorFrom: 'acknowledged by recharge 1',
        floorAt: expect.any(Number) as number,
      },
    ]);
  });

  it('fails on an answer that does not show what it should', () => {
    const floors = view.floors();

    expect(() => view.judge(floors, { status: 200, cache: 'HIT', body: 'nothing' }, PROCESS)).toThrow(
      '/cards/1/balance shows no balance: nothing',
    );
  });
});

function replyOf(value: number): Reply {
  return { status: 200, cache: 'HIT', body: String(value) };
}

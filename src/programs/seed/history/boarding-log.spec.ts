import { BoardingLog, type LoggedBoarding } from './boarding-log';

const boarding = (at: number): LoggedBoarding => ({
  at,
  previous: 0,
  route: at % 7,
  from: 3,
  isTransfer: at % 2 === 0,
});

describe(BoardingLog, () => {
  it('numbers boardings without a gap', () => {
    const log = new BoardingLog(2);
    expect([log.add(boarding(10)), log.add(boarding(10)), log.add(boarding(11))]).toEqual([2, 3, 4]);
    expect(log.find(4)).toEqual(boarding(11));
  });

  it('knows neither what has not come nor what is forgotten', () => {
    const log = new BoardingLog(2);
    for (const at of [10, 20, 30]) log.add(boarding(at));
    log.forgetBefore(20);
    expect([0, 1, 2, 3, 4, 5].map((trip) => log.find(trip)?.at ?? null)).toEqual([
      null,
      null,
      null,
      20,
      30,
      null,
    ]);
  });

  it('keeps what is remembered while it grows and goes round', () => {
    const log = new BoardingLog(2);
    for (let at = 0; at < 50_000; at += 1) {
      log.add(boarding(at));
      if (at < 20_000) log.forgetBefore(at - 3_000);
    }
    const wrong = Array.from({ length: 50_000 }, (_, at) => at).filter((at) => {
      const found = log.find(at + 2);
      return at < 16_999 ? found !== null : JSON.stringify(found) !== JSON.stringify(boarding(at));
    });
    expect(wrong).toEqual([]);
  });
});

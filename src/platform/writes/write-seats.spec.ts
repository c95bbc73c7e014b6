import { DatabaseBusyError } from '../../common/http/problem/service-errors';
import { WriteSeats } from './write-seats';

/** Longer than the test. */
const LONG_MS = 60_000;

describe(WriteSeats.name, () => {
  it('admits who waits in the order of arrival, one for each that ends', async () => {
    const seats = new WriteSeats(1, LONG_MS);
    const admitted: string[] = [];
    await seats.take();
    const waiting = ['first', 'second'].map((name) => seats.take().then(() => admitted.push(name)));

    seats.giveBack();
    await waiting[0];
    expect(admitted).toEqual(['first']);
    seats.giveBack();
    await waiting[1];
    expect(admitted).toEqual(['first', 'second']);
    seats.giveBack();

    await seats.take();
  });

  it('refuses who has waited for too long, and gives the place to the next', async () => {
    const seats = new WriteSeats(1, 1);
    await seats.take();

    await expect(seats.take()).rejects.toThrow(DatabaseBusyError);
    seats.giveBack();

    await seats.take();
  });
});

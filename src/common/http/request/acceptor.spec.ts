import { plainToInstance } from 'class-transformer';
import { IsIn, IsString, MaxLength, validateSync } from 'class-validator';
import fc from 'fast-check';
import { ImaginedBoarding } from '../../../modules/fares/dto/price.dto';
import { Observation } from '../../../modules/vehicles/dto/vehicle-positions.dto';
import { acceptorOf } from './acceptor';

/** TEST_SEED repeats a run, or makes another. */
const SEED = Number(process.env.TEST_SEED ?? 20_260_114);
/** Values among which some are good for every member. */
const VALUES = [1, 0, -1, 1.5, 200, 1e308, NaN, true, null, undefined, '', ' ', 'x', 'TRONCAL', 'J74', '1', {}, [],
  '2026-01-14T12:00:00Z', '2026-02-30T12:00:00Z', '2026-01-14']; // prettier-ignore
const GOOD_BOARDING = { route_type: 'TRONCAL', route: 'J74', station: 7, at: '2026-01-14T12:00:00Z' };
const GOOD_OBSERVATION = {
  vehicle_id: 1,
  route_id: 1,
  latitude: 4.7,
  longitude: -74,
  speed: null,
  observed_at: '2026-01-14T12:00:00Z',
};

describe(acceptorOf.name, () => {
  it.each([
    [ImaginedBoarding, GOOD_BOARDING],
    [Observation, GOOD_OBSERVATION],
  ])(`of %p says what class-validator says (seed ${SEED})`, (type, good) => {
    const accepts = acceptorOf(type);
    const value = fc.constantFrom(...VALUES);
    const changes = fc.array(fc.tuple(fc.constantFrom(...Object.keys(good)), value), { maxLength: 2 });
    let accepted = 0;

    fc.assert(
      fc.property(changes, (changed) => {
        const object = plainToInstance(type as new () => object, { ...good, ...Object.fromEntries(changed) });
        const isAcceptable = validateSync(object).length === 0;
        expect(accepts(object)).toBe(isAcceptable);
        if (isAcceptable) accepted += 1;
      }),
      { seed: SEED, numRuns: 1_000 },
    );
    expect(accepts(plainToInstance(type as new () => object, good))).toBe(true);
    expect(accepted).toBeGreaterThan(10);
  });

  it('accepts nothing that it does not know how to judge', () => {
    class Words {
      @IsString({ each: true })
      words!: string[];
    }

    expect(acceptorOf(Words)({ words: ['a'] })).toBe(false);
  });

  it('gives the rules what they were declared with', () => {
    class Word {
      @IsIn(['ab', 'abc'])
      @MaxLength(2)
      word!: string;
    }
    const accepts = acceptorOf(Word);

    expect([accepts({ word: 'ab' }), accepts({ word: 'abc' }), accepts({ word: 'x' })]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

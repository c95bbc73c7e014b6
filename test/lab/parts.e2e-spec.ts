import { Dice } from '../../src/common/dice';
import { EXPERIMENTS } from './experiments/experiments';
import { judge } from './experiments/run-experiment';
import { parseLabOptions } from './options';
import type { Measure } from './shapes';
import { countPostgresStatements, countRedisCommands, type MessageCounter } from './world/message-counters';

const NAME = { en: 'Measure', es: 'Medida' };

function measure(given: Partial<Measure>): Measure {
  return { name: NAME, plain: 0, ours: 0, ...given };
}

describe(judge.name, () => {
  const broken = measure({ plainBroke: true, oursKept: true });

  it('passes what broke the plain pattern and not ours', () => {
    expect(judge({ breaksPlain: true }, [broken], [])).toEqual({
      oursKeptItsPromises: true,
      plainBroke: true,
      isPassed: true,
    });
  });

  it.each([
    ['ours broke a promise', [broken, measure({ oursKept: false })], []],
    ['the plain pattern did not break all that it must', [broken, measure({ plainBroke: false })], []],
    ['nothing was to break', [measure({ oursKept: true })], []],
    ['nothing was promised', [measure({ plainBroke: true })], []],
    ['nothing was measured', [], []],
    ['the books are wrong', [broken], ['debits equal credits']],
  ])('does not pass when %s', (_, measures, books) => {
    expect(judge({ breaksPlain: true }, measures, books).isPassed).toBe(false);
  });
});

describe('the counters of a link', () => {
  const seed = 20_261_128;

  /** Feeds it in pieces of any length. */
  function countIn(bytes: Buffer, count: MessageCounter): number {
    const dice = new Dice(seed, 'pieces');
    let requests = 0;
    for (let at = 0; at < bytes.length;) {
      const end = at + dice.between(1, 7);
      requests += count(bytes.subarray(at, end));
      at = end;
    }
    return requests;
  }

  it('counts commands, and not what looks like one inside of a value', () => {
    const value = '*1\r\n$4\r\nPING\r\n';
    const set = `*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$${value.length}\r\n${value}\r\n`;

    expect(countIn(Buffer.from(`${set}*1\r\n$4\r\nPING\r\n${set}`), countRedisCommands())).toBe(3);
  });

  it('counts statements, and not the start of a session, nor the other messages of a statement', () => {
    const message = (type: string, body: string): Buffer => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(4 + body.length);
      return Buffer.concat([Buffer.from(type), length, Buffer.from(body)]);
    };
    const session = Buffer.concat([message('', '\0\x03\0\0user\0Q\0\0'), message('p', 'secret')]);
    const prepared = ['P', 'B', 'D', 'E', 'S'].map((type) => message(type, 'QE'));
    const all = Buffer.concat([session, message('Q', 'SELECT 1\0'), ...prepared]);

    expect(countIn(all, countPostgresStatements())).toBe(2);
  });
});

describe(parseLabOptions.name, () => {
  it('takes all experiments, or some', () => {
    expect(parseLabOptions(['--experiment', 'all']).experiments).toEqual(EXPERIMENTS.map(({ name }) => name));
    expect(parseLabOptions(['--experiment', 'ttl,herd']).experiments).toEqual(['ttl', 'herd']);
  });

  it('speaks the language of the system, unless it is told another', () => {
    expect(parseLabOptions([], 'es_CO.UTF-8').language).toBe('es');
    expect(parseLabOptions(['--lang', 'en'], 'es_CO.UTF-8').language).toBe('en');
    expect(parseLabOptions([]).language).toBe('en');
  });

  it.each([
    [['--experiment', 'fly'], '--experiment must be all, or some of savings'],
    [['--processes', '1'], '--processes must be a whole number from 2 to 5'],
    [['--lang', 'fr'], '--lang must be en or es'],
    [['--cache', 'none'], '--cache must be protocol or naive'],
    [['--fly'], "Unknown option '--fly'"],
  ])('refuses %j', (args, reason) => {
    expect(() => parseLabOptions(args)).toThrow(reason);
  });
});

describe('the experiments', () => {
  it('are numbered as they are listed, each with a prediction that can be right', () => {
    expect(EXPERIMENTS.map(({ number }) => number)).toEqual(EXPERIMENTS.map((_, index) => index + 1));
    for (const { prediction } of EXPERIMENTS) expect(prediction.options[prediction.right]).toBeDefined();
  });
});

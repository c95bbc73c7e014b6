import { parseImportArguments } from './import-arguments';

describe(parseImportArguments.name, () => {
  it('reads a feed and its options', () => {
    expect(
      parseImportArguments([
        'feed.zip',
        '--dry-run',
        '--feed=Metro de Bogotá',
        '--max-rows=7',
        '--report=r.csv',
        '--fares-from=2027-01-14',
        '--route-type=3=ZONAL_UCE',
        '--route-type',
        '715=ALIMENTADORA',
        '--network=a=b=TRONCAL',
      ]),
    ).toEqual({
      path: 'feed.zip',
      feedName: 'Metro de Bogotá',
      reportPath: 'r.csv',
      faresFrom: '2027-01-14',
      faresForAll: false,
      dryRun: true,
      deactivateMissing: false,
      routeTypes: {
        byType: new Map([
          ['3', 'ZONAL_UCE'],
          ['715', 'ALIMENTADORA'],
        ]),
        byNetwork: new Map([['a=b', 'TRONCAL']]),
      },
      limits: { bytes: 2_000_000_000, rows: 7, findings: 1_000 },
    });
  });

  it('answers null when help is asked for', () => {
    expect(parseImportArguments(['--help'])).toBeNull();
  });

  it.each([
    [[], 'the feed is missing'],
    [['a.zip', 'b.zip'], 'only one feed can be imported at a time'],
    [['a.zip', '--route-type', '3=BUS'], '--route-type must be …=TYPE, TYPE one of TRONCAL'],
    [['a.zip', '--network', 'TRONCAL'], '--network must be'],
    [['a.zip', '--fares-from', '2027-02-30'], '--fares-from must be a date'],
    [['a.zip', '--force'], '--force'],
    [['a.zip', '--feed', ''], '--feed must be up to 40 letters'],
    [['a.zip', '--feed', ' a'], '--feed must be up to 40 letters'],
    [['a.zip', '--feed', 'a:b'], '--feed must be up to 40 letters'],
    [['a.zip', '--feed', 'x'.repeat(41)], '--feed must be up to 40 letters'],
    [['a.zip', '--max-megabytes', '0'], '--max-megabytes must be a whole number'],
  ])('refuses %j', (args, message) => {
    expect(() => parseImportArguments(args)).toThrow(message);
  });
});

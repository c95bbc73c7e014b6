import { DataSource } from 'typeorm';
import { createDatabase, type TestDatabase } from '../../test/setup/database';
import { NoTariffError } from '../common/problem/domain-error';
import { AppConfig } from '../config/app-config';
import { Environment } from '../config/environment';
import { valueParsers } from '../database/value-parsers';
import { FaresService } from './fares.service';
import type { RouteType } from './route-type';
import { Tariff } from './rules/tariff.entity';

describe(FaresService.name, () => {
  const fares = new FaresService(new AppConfig(new Environment()));
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createDatabase();
    const extra = { types: valueParsers };
    dataSource = await new DataSource({
      type: 'postgres',
      url: database.url,
      entities: [Tariff],
      extra,
    }).initialize();
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const priceOf = async (routeType: RouteType, at: string): Promise<number> =>
    (await fares.decide(dataSource.manager, { routeType, at: new Date(at) })).amount;

  it.each([
    ['2019-02-02', 2_400, 2_200],
    ['2020-03-01', 2_400, 2_200],
    ['2020-03-02', 2_500, 2_300],
    ['2022-01-11', 2_650, 2_450],
    ['2023-01-10', 2_950, 2_750],
    ['2024-02-12', 2_950, 2_950],
    ['2025-01-18', 3_200, 3_200],
    ['2026-01-13', 3_200, 3_200],
    ['2026-01-14', 3_550, 3_550],
  ])('charges on %s %d on the trunk and %d elsewhere', async (day, trunk, zonal) => {
    const noon = `${day}T12:00:00-05:00`;

    expect([await priceOf('TRONCAL', noon), await priceOf('ZONAL_UCE', noon)]).toEqual([trunk, zonal]);
  });

  it('changes the price at midnight in Bogotá', async () => {
    expect(await priceOf('CABLE', '2025-01-18T04:59:59.999Z')).toBe(2_950);
    expect(await priceOf('CABLE', '2025-01-18T05:00:00.000Z')).toBe(3_200);
  });

  it('refuses a boarding before the first tariff', async () => {
    await expect(priceOf('TRONCAL', '2019-02-02T04:59:59.999Z')).rejects.toThrow(NoTariffError);
  });

  it('charges by a tariff that was added while it runs', async () => {
    await dataSource.query(
      `INSERT INTO tariffs (component, valid_from, price) VALUES ('trunk', '2030-01-01', 4000)`,
    );

    expect(await priceOf('DUAL', '2030-01-01T12:00:00Z')).toBe(4_000);
    expect(await priceOf('ALIMENTADORA', '2030-01-01T12:00:00Z')).toBe(3_550);
  });
});

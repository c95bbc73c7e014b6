import { DataSource } from 'typeorm';
import { MIGRATED_RULES } from '../../../test/builders/migrated-rules';
import { afterTest } from '../../../test/setup/after-test';
import { createDatabase } from '../../../test/setup/database';
import { valueParsers } from '../../platform/postgres/value-parsers';
import { FaresRepository } from './fares.repository';
import { Concession } from './rules/concession.entity';
import { FareLimit } from './rules/fare-limit.entity';
import { Tariff } from './rules/tariff.entity';
import { TransferPrice } from './rules/transfer-price.entity';
import { TransferRule } from './rules/transfer-rule.entity';

describe(FaresRepository.name, () => {
  it('reads the rules that the migrations bring, which the tests of the engine rest on', async () => {
    const database = await createDatabase();
    afterTest(() => database.drop());
    const dataSource = await new DataSource({
      type: 'postgres',
      url: database.url,
      entities: [Tariff, TransferRule, TransferPrice, Concession, FareLimit],
      extra: { types: valueParsers },
    }).initialize();
    afterTest(() => dataSource.destroy());

    const rules = await new FaresRepository(dataSource.getRepository(Tariff)).rules();

    expect(rules).toEqual(MIGRATED_RULES);
  });
});

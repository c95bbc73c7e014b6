import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EntityManager, EntityTarget, ObjectLiteral, Repository } from 'typeorm';
import type { FareRuleRows } from './engine/fare-rules';
import { Concession } from './rules/concession.entity';
import { FareLimit } from './rules/fare-limit.entity';
import { Tariff } from './rules/tariff.entity';
import { TransferPrice } from './rules/transfer-price.entity';
import { TransferRule } from './rules/transfer-rule.entity';

@Injectable()
export class FaresRepository {
  constructor(@InjectRepository(Tariff) private readonly tariffs: Repository<Tariff>) {}

  /**
   * Returns a number that grows with every change of a rule. Read it before the rules, so that it is never newer than
   * they.
   */
  async edition(manager: EntityManager = this.tariffs.manager): Promise<number> {
    const [row] = await manager.query<{ edition: number }[]>('SELECT edition FROM fare_editions');
    if (!row) throw new Error('the edition of the fare rules is missing');
    return row.edition;
  }

  async rules(manager: EntityManager = this.tariffs.manager): Promise<FareRuleRows> {
    return {
      tariffs: await this.list(Tariff, manager),
      transferRules: await this.list(TransferRule, manager),
      transferPrices: await this.list(TransferPrice, manager),
      concessions: await this.list(Concession, manager),
      limits: await this.list(FareLimit, manager),
    };
  }

  /** Returns all rows of one kind of rule, sorted by key, the latest first. */
  async list<Rule extends ObjectLiteral>(
    rule: EntityTarget<Rule>,
    manager: EntityManager = this.tariffs.manager,
  ): Promise<Rule[]> {
    const { columns, primaryColumns, tableName } = manager.dataSource.getMetadata(rule);
    const names = columns.map(({ databaseName }) => databaseName).join(', ');
    const keys = primaryColumns.map(({ databaseName }) => databaseName);
    const order = keys.map((key) => (key === 'valid_from' ? 'valid_from DESC' : key)).join(', ');
    return manager.query<Rule[]>(`SELECT ${names} FROM ${tableName} ORDER BY ${order}`);
  }

  /** Stores a row, and replaces one of the same key. */
  async set<Rule extends ObjectLiteral>(
    manager: EntityManager,
    rule: EntityTarget<Rule>,
    row: Rule,
  ): Promise<void> {
    await manager.getRepository(rule).upsert(row, this.keyColumns(rule));
  }

  /** What tells a row from the others of its kind, as one text: `trunk 2026-12-01`. */
  keyOf<Rule extends ObjectLiteral>(rule: EntityTarget<Rule>, row: Rule): string {
    return this.keyColumns(rule)
      .map((name) => String(row[name]))
      .join(' ');
  }

  private keyColumns(rule: EntityTarget<ObjectLiteral>): string[] {
    const { primaryColumns } = this.tariffs.manager.dataSource.getMetadata(rule);
    return primaryColumns.map(({ propertyName }) => propertyName);
  }
}

import { Body, Query, type Type } from '@nestjs/common';
import { IsArray, IsInt, IsOptional, IsString } from 'class-validator';
import { MostItems } from './most-items.decorator';
import { LargeBody, type Operation, operationOf } from './operation';
import { partsOf } from './shape';

class Row {
  @IsInt()
  id!: number;

  @IsOptional()
  @IsString()
  note?: string;
}

class Rows {
  @MostItems(1_000, Row)
  rows!: Row[];

  @IsOptional()
  @MostItems(2)
  @IsString({ each: true })
  words?: string[];
}

class Endless {
  @IsArray()
  @IsString({ each: true })
  words!: string[];
}

class Page {
  @IsOptional()
  @IsString()
  cursor?: string;
}

class Things {
  row(@Body() _row: Row, @Query() _page: Page): void {
    // Answers nothing.
  }

  @LargeBody()
  rows(@Body() _rows: Rows): void {
    // Answers nothing.
  }

  tooLarge(@Body() _rows: Rows): void {
    // Answers nothing.
  }

  endless(@Body() _endless: Endless): void {
    // Answers nothing.
  }

  part(@Query('cursor') _cursor: string): void {
    // Answers nothing.
  }

  nothing(): void {
    // Answers nothing.
  }
}

function operation(name: keyof Things): Operation {
  const { [name]: method } = Things.prototype as unknown as Record<string, () => void>;
  if (!method) throw new Error(`there is no ${name}`);
  return operationOf({ controller: Things as Type, method });
}

describe(operationOf.name, () => {
  it('takes the members of its classes', () => {
    const { query, body, bodyLimit } = operation('row');

    expect([...(query ?? [])]).toEqual(['cursor']);
    expect(body).toEqual({ kind: 'object', members: new Map([['id', 'value'], ['note', 'value']]), required: ['id'] }); // prettier-ignore
    expect(bodyLimit).toBe(16_384);
  });

  it('takes lists of a bounded length', () => {
    const { body, bodyLimit } = operation('rows');

    expect(body.members.get('rows')).toMatchObject({ kind: 'list', most: 1_000, item: { kind: 'object' } });
    expect(body.members.get('words')).toEqual({ kind: 'list', most: 2, item: 'value' });
    expect(partsOf(body)).toBe(2 + 1_000 * 3 + 2);
    expect(bodyLimit).toBe(524_288);
  });

  it('takes nothing where it names nothing', () => {
    const { query, body } = operation('nothing');

    expect([query?.size, body.members.size]).toEqual([0, 0]);
  });

  it.each<[keyof Things, string]>([
    ['tooLarge', 'the body of Things.tooLarge needs @LargeBody'],
    ['endless', 'Endless.words is a list without @MostItems'],
    ['part', 'Things.part takes a part of a request without a class'],
  ])('refuses %s when the service starts', (name, complaint) => {
    expect(() => operation(name)).toThrow(complaint);
  });
});

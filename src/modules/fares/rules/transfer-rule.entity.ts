import { ApiProperty } from '@nestjs/swagger';
import { ArrayUnique, IsIn } from 'class-validator';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { MostItems } from '../../../common/http/request/most-items.decorator';
import { Day, Truth, WholeNumber } from '../../../common/http/validation';
import { TRANSFER_EXCLUSIONS, type TransferExclusion } from './transfer-exclusion';

/** Which boardings are transfers, for journeys that begin from a service day until the next row. */
@Entity('transfer_rules')
export class TransferRule {
  @PrimaryColumn('date')
  @Day({ example: '2099-01-01', description: 'The first service day on which it holds.' })
  valid_from!: string;

  @Column('integer')
  @WholeNumber(0, 86_400, {
    example: 7500,
    description:
      'How many seconds after the last boarding that was not a transfer a transfer is possible. The last second still counts.',
  })
  window_seconds!: number;

  @Column('smallint', { nullable: true })
  @WholeNumber(0, 1_000, {
    optional: true,
    example: 2,
    description: 'The most transfers of a journey; null means any number, 0 means none.',
  })
  most_transfers!: number | null;

  @Column('boolean')
  @Truth({ example: true, description: 'If true, a card without a user has no transfers.' })
  personalised_only!: boolean;

  @Column('text', { array: true })
  @ApiProperty({
    description:
      'Which boardings are no transfers: at a station or on a route of the same journey (`same_station`, `same_route`), from trunk directly to trunk (`trunk_to_trunk`), or back to trunk after a zonal ride (`trunk_zonal_trunk`).',
    enum: TRANSFER_EXCLUSIONS,
    isArray: true,
    example: TRANSFER_EXCLUSIONS,
  })
  @MostItems(TRANSFER_EXCLUSIONS.length)
  @ArrayUnique({ message: 'must name each exclusion once' })
  @IsIn(TRANSFER_EXCLUSIONS, { each: true, message: `must be among ${TRANSFER_EXCLUSIONS.join(', ')}` })
  exclusions!: TransferExclusion[];
}

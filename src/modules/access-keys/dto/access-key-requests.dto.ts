import { Personal } from '../../../common/personal.decorator';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches, ValidateBy } from 'class-validator';
import { MostItems } from '../../../common/http/request/most-items.decorator';
import { Id, OneOf, Text, WholeNumber } from '../../../common/http/validation';
import { CLIENT_NAME, isNetwork, MOST_NETWORKS, MOST_OVERLAP } from '../../../platform/access/key-request';
import { type Role, ROLES } from '../../../platform/access/scopes';

const LONGEST_NAME = 100;
const MOST_DAYS = 3_650;
const MOST_REQUESTS = 1_000_000;

/** The role of a key, and its binding, if the role has one. */
export class KeyRole {
  @OneOf(ROLES, { example: 'agent', description: 'The role. It decides what the key may do.' })
  role!: Role;

  @Id({ optional: true, example: 1, description: 'The rider; only for the role rider.' })
  user_id?: number;

  @Id({ optional: true, example: 1, description: 'Only for the role recharge_point.' })
  recharge_point_id?: number;

  @Id({
    optional: true,
    example: 1,
    description: 'Only for the role validator: its vehicle. It has this, a station or a device.',
  })
  vehicle_id?: number;

  @Id({
    optional: true,
    example: 1,
    description: 'Only for the role validator: its station. It has this, a vehicle or a device.',
  })
  station_id?: number;

  @Id({
    optional: true,
    example: null,
    description:
      'Only for the role validator: the one device, which reports its own taps. It has this, a vehicle or a station.',
  })
  validator_id?: number;
}

/** A key to make. */
export class CreateAccessKey extends KeyRole {
  @ApiProperty({
    type: String,
    pattern: CLIENT_NAME.source,
    description: 'The organisation or the device that the key belongs to.',
    example: 'recaudo-norte',
  })
  @Matches(CLIENT_NAME, { message: 'must be 1 to 63 lower-case letters, digits, dots, _ and -' })
  client!: string;

  @Text(LONGEST_NAME, { example: 'Ventanilla 3', description: 'What people call the key.' })
  @Personal()
  name!: string;

  @ApiPropertyOptional({
    type: [String],
    maxItems: MOST_NETWORKS,
    description:
      'Addresses or networks (CIDR) that the key may be used from; from anywhere when it is left out.',
    example: ['10.0.0.0/8'],
  })
  @IsOptional()
  @Personal()
  @MostItems(MOST_NETWORKS)
  @ValidateBy(
    { name: 'isNetwork', validator: { validate: (text) => typeof text === 'string' && isNetwork(text) } },
    { each: true, message: 'must be an address or a network such as 10.0.0.0/8' },
  )
  networks?: string[];

  @WholeNumber(1, MOST_REQUESTS, {
    optional: true,
    example: 600,
    description:
      'How many requests a minute the key may send to each process, and how many writes to all of them; without it, the limits of the service hold.',
  })
  requests_per_minute?: number;

  @WholeNumber(1, MOST_DAYS, {
    optional: true,
    example: 90,
    description: 'Days until it expires: at most `KEY_MOST_DAYS`, and so many when it is left out.',
  })
  expires_in_days?: number;
}

/** How long the old key can still be used after its successor was made. */
export class RollAccessKey {
  @WholeNumber(0, MOST_OVERLAP, {
    optional: true,
    example: 3600,
    description: 'Seconds, up to 7 days; 0 when it is left out: the old key is revoked at once.',
  })
  overlap_seconds?: number;
}

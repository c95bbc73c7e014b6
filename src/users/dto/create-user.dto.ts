import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsEmail, IsOptional, MaxLength } from 'class-validator';
import { Day, OneOf, Text } from '../../common/validation';
import { Gender, GENDERS, RIDER_CATEGORIES, RiderCategory } from '../user.entity';

/** A rider to register. The example is synthetic. */
export class CreateUser {
  @Text(100, { example: 'Lucía' })
  first_name!: string;

  @Text(100, { example: 'Mora' })
  last_name!: string;

  @ApiPropertyOptional({ example: 'lucia.mora@example.com', description: 'No other user may have it.' })
  @IsOptional()
  @IsEmail({}, { message: 'must be an e-mail address' })
  @MaxLength(254, { message: 'must have at most 254 characters' })
  email?: string;

  @Text(32, {
    optional: true,
    example: 'CC-0000000001',
    description: 'Identity document; no other user may have it.',
  })
  id_number?: string;

  @Text(32, { optional: true, example: '+57 300 000 0000' })
  contact_number?: string;

  @OneOf(GENDERS, { optional: true, example: 'F' })
  gender?: Gender;

  @Day({ optional: true, example: '1990-05-17' })
  date_of_birth?: string;

  @Text(200, { optional: true, example: 'Calle 0 # 0-00, Bogotá' })
  residential_address?: string;

  @Text(100, { optional: true, example: 'Bogotá' })
  city_of_birth?: string;

  @OneOf(RIDER_CATEGORIES, { optional: true, example: 'standard' })
  rider_category?: RiderCategory;
}

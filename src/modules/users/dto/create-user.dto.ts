import { LONGEST } from '../../../common/text/lengths';
import { Day, Email, OneOf, Text } from '../../../common/http/validation';
import { Gender, GENDERS, RIDER_CATEGORIES, RiderCategory } from '../user.entity';

/** A rider to register. The example is synthetic. */
export class CreateUser {
  @Text(LONGEST.personName, { example: 'Lucía' })
  first_name!: string;

  @Text(LONGEST.personName, { example: 'Mora' })
  last_name!: string;

  @Email({
    optional: true,
    example: 'lucia.mora@example.com',
    description: 'No other user may have it.',
  })
  email?: string;

  @Text(LONGEST.idNumber, {
    optional: true,
    example: 'CC-0000000001',
    description: 'Identity document; no other user may have it.',
  })
  id_number?: string;

  @Text(LONGEST.idNumber, { optional: true, example: '+57 300 000 0000' })
  contact_number?: string;

  @OneOf(GENDERS, { optional: true, example: 'F' })
  gender?: Gender;

  @Day({ optional: true, example: '1990-05-17' })
  date_of_birth?: string;

  @Text(LONGEST.address, { optional: true, example: 'Calle 0 # 0-00, Bogotá' })
  residential_address?: string;

  @Text(LONGEST.personName, { optional: true, example: 'Bogotá' })
  city_of_birth?: string;

  @OneOf(RIDER_CATEGORIES, { optional: true, example: 'standard' })
  rider_category?: RiderCategory;
}

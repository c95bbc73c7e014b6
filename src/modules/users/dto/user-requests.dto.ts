import { Personal } from '../../../common/personal.decorator';
import { LONGEST } from '../../../common/text/lengths';
import { Day, Email, OneOf, Text } from '../../../common/http/validation';
import { Gender, GENDERS, RIDER_CATEGORIES, RiderCategory } from '../user.entity';

/** A rider to register. The example is synthetic: it is no real person. */
export class CreateUser {
  @Text(LONGEST.personName, { example: 'Lucía', description: 'The first name of the rider.' })
  @Personal()
  first_name!: string;

  @Text(LONGEST.personName, { example: 'Mora', description: 'The last name of the rider.' })
  @Personal()
  last_name!: string;

  @Email({
    optional: true,
    example: 'lucia.mora@example.com',
    description: 'The e-mail address. No other rider may have it.',
  })
  @Personal()
  email?: string;

  @Text(LONGEST.idNumber, {
    optional: true,
    example: 'CC-0000000001',
    description: 'The number of the identity document. No other rider may have it.',
  })
  @Personal()
  id_number?: string;

  @Text(LONGEST.idNumber, {
    optional: true,
    example: '+57 300 000 0000',
    description: 'The telephone number.',
  })
  @Personal()
  contact_number?: string;

  @OneOf(GENDERS, { optional: true, example: 'F', description: 'Female, male or other.' })
  @Personal()
  gender?: Gender;

  @Day({ optional: true, example: '1990-05-17', description: 'The date of birth, not in the future.' })
  @Personal()
  date_of_birth?: string;

  @Text(LONGEST.address, {
    optional: true,
    example: 'Calle 0 # 0-00, Bogotá',
    description: 'The home address.',
  })
  @Personal()
  residential_address?: string;

  @Text(LONGEST.personName, { optional: true, example: 'Bogotá', description: 'The city of birth.' })
  @Personal()
  city_of_birth?: string;

  @OneOf(RIDER_CATEGORIES, {
    optional: true,
    example: 'standard',
    description:
      'The category of the rider, `standard` if it is left out. It decides which concession applies.',
  })
  @Personal()
  rider_category?: RiderCategory;
}

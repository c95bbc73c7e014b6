import { PageQuery } from '../../../common/http/pagination';
import { EmptyIsAbsent, Text } from '../../../common/http/validation';
import { LONGEST } from '../../../common/text/lengths';

/** Which riders to list, and where the page starts. */
export class UsersQuery extends PageQuery {
  @EmptyIsAbsent()
  @Text(LONGEST.search, {
    optional: true,
    example: 'mora luc',
    description:
      'Words of the name, or how they begin, in any order; accents and case do not matter. A rider must have all of them.',
  })
  name?: string;

  @EmptyIsAbsent()
  @Text(LONGEST.idNumber, {
    optional: true,
    example: 'CC-0000000001',
    description: 'The rider whose identity document has this number.',
  })
  id_number?: string;
}

import { PickType } from '@nestjs/swagger';
import { PageQuery } from '../../../../common/http/pagination';

/** Where the page of keys starts; how long it is, the cache decides. */
export class KeysQuery extends PickType(PageQuery, ['cursor']) {}

import { PickType } from '@nestjs/swagger';
import { PageQuery } from '../../../../common/http/pagination';

/** Where the page of keys starts. The length of a page is decided by the cache. */
export class KeysQuery extends PickType(PageQuery, ['cursor']) {}

/** Queries that no list takes which comes in pages. */
export const PAGE_QUERIES = [
  'limit=0',
  'limit=101',
  'limit=-1',
  'limit=abc',
  'limit=1.5',
  'limit=',
  'limit=1&limit=2',
  'limit[]=1',
  'limit=9007199254740993',
  'cursor=abc',
  'cursor=',
  'cursor=aWQ6MQ&cursor=aWQ6MQ',
  'cursor=aWQ6LTE',
  `cursor=${'x'.repeat(2_000)}`,
  'page=2',
];

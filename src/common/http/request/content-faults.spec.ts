import { contentFault, hasBody } from './content-faults';

const JSON_TYPE = 'application/json';

describe(contentFault.name, () => {
  it.each([
    {},
    { 'content-type': JSON_TYPE },
    { 'content-type': `${JSON_TYPE}; charset=utf-8` },
    { 'content-type': `${JSON_TYPE};charset="UTF-8"` },
    { 'content-type': `${JSON_TYPE}; charset=utf8; x=1` },
    { 'content-encoding': 'Identity' },
    { 'transfer-encoding': 'Chunked' },
  ])('has nothing against %p', (headers) => {
    expect(contentFault(headers)).toBeNull();
  });

  it.each([
    { 'content-type': `${JSON_TYPE}; charset=iso-8859-1` },
    { 'content-type': `${JSON_TYPE}; charset="utf-16le"` },
    { 'content-type': `${JSON_TYPE}; charset=` },
    { 'content-type': `${JSON_TYPE}; charset=utf-8; charset=latin1` },
    { 'content-encoding': 'gzip' },
    { 'content-encoding': 'identity, br' },
    { 'content-encoding': '' },
    { 'transfer-encoding': 'gzip, chunked' },
    { 'transfer-encoding': 'chunked, chunked' },
  ])('refuses %p', (headers) => {
    expect(contentFault(headers)).not.toBeNull();
  });
});

describe(hasBody.name, () => {
  it.each([
    [{}, false],
    [{ 'content-length': '0' }, false],
    [{ 'content-length': '2' }, true],
    [{ 'transfer-encoding': 'chunked' }, true],
  ])('of %p is %p', (headers, expected) => {
    expect(hasBody(headers)).toBe(expected);
  });
});

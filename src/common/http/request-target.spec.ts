import { routed, withoutAuthority } from './request-target';

describe(routed.name, () => {
  it.each([
    ['/cards/1', '/cards/1'],
    ['/api/v1/cards/1', '/cards/1'],
    ['/api/v1', '/'],
    ['/api/v1/', '/'],
    ['/api/v1?x=1', '/?x=1'],
    ['/api/v1/?x=1', '/?x=1'],
    ['/api/v1#x', '/#x'],
    ['/api/v10/cards', '/api/v10/cards'],
    ['/%61pi/v%31/cards/1', '/cards/1'],
    ['/%72echarges', '/recharges'],
    ['/%52echarges', '/Recharges'],
    ['/%7Eme/%2Dx%2E%5F', '/~me/-x._'],
    ['/cards/%2e%2e%2fusers', '/cards/..%2fusers'],
    ['/cards/%zz', '/cards/%zz'],
    ['/cards/%c3%a9%00%25', '/cards/%c3%a9%00%25'],
    ['/stations?locality=%41&next=/api/v1/x?y', '/stations?locality=%41&next=/api/v1/x?y'],
    ['http://host/cards/1', '/cards/1'],
    ['HTTPS://user@host:8000/api/v1/cards/1?x=/', '/cards/1?x=/'],
    ['http://host', '/'],
    ['http://host?x=1', '/?x=1'],
    ['*', '/*'],
    ['*users', '/*users'],
    ['host:443', '/host:443'],
  ])('of %s is %s', (target, plain) => {
    expect(routed(target)).toBe(plain);
  });
});

describe(withoutAuthority.name, () => {
  it.each([
    ['/api/v1/%63ards?x', '/api/v1/%63ards?x'],
    ['http://host/api/v1/%63ards?x', '/api/v1/%63ards?x'],
    ['http://host', '/'],
    ['//host/x', '//host/x'],
    ['*', '*'],
  ])('of %s leaves %s', (target, rest) => {
    expect(withoutAuthority(target)).toBe(rest);
  });
});

import { returnAddress } from './return-address';

describe('returnAddress', () => {
  it.each([
    ['/console', '/console'],
    ['/console/cards/1?do=recharge&q=%C3%A9', '/console/cards/1?do=recharge&q=%C3%A9'],
    ['/console/cards/1#top', '/console/cards/1'],
    ['/console/./cards', '/console/cards'],
  ])('is %s for a screen', (given, address) => {
    expect(returnAddress(given)).toBe(address);
  });

  it.each([
    null,
    '',
    'console',
    'https://evil.example/console',
    '//evil.example/console',
    '/\\evil.example/console',
    '\t//evil.example/console',
    '/console/../cards/1',
    '/console/%2e%2e/cards/1',
    '/consoles',
    '/console@evil.example',
    'javascript:alert(1)',
    'http://console.invalid@evil.example/console',
    '/console/sign-in?to=/console',
    '/console/sign-in/callback?code=x',
    '/console/session',
    `/console/${'x'.repeat(1_000)}`,
  ])('is the console itself for %j', (given) => {
    expect(returnAddress(given)).toBe('/console');
  });
});

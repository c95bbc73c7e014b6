import { bindingFault, isNetwork } from './key-request';

describe(isNetwork.name, () => {
  it.each([
    '10.1.2.3',
    '10.0.0.0/8',
    '0.0.0.0/0',
    '::/0',
    '2001:db8::/32',
    '::1',
    'fe80::/10',
    '::ffff:10.0.0.0/104',
  ])('takes %s', (text) => expect(isNetwork(text)).toBe(true));

  it.each([
    '',
    '10.0.0.1/8',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0/8',
    '10.0.0.0/8/8',
    '2001:db8::1/32',
    '::/129',
    'fe80::1%eth0',
    'localhost',
  ])('refuses %j', (text) => expect(isNetwork(text)).toBe(false));
});

describe(bindingFault.name, () => {
  it('wants one user of a rider, and nothing of an agent', () => {
    expect(bindingFault('rider', { user_id: 1 })).toBeNull();
    expect(bindingFault('agent', {})).toBeNull();
    expect(bindingFault('rider', {})?.name).toBe('user_id');
    expect(bindingFault('agent', { user_id: 1 })?.name).toBe('user_id');
    expect(bindingFault('rider', { user_id: 1, station_id: 1 })?.name).toBe('station_id');
  });

  it('wants a vehicle or a station of a validator, not both', () => {
    expect(bindingFault('validator', { vehicle_id: 1 })).toBeNull();
    expect(bindingFault('validator', { station_id: 1 })).toBeNull();
    expect(bindingFault('validator', {})?.detail).toContain('vehicle_id or station_id or validator_id');
    expect(bindingFault('validator', { vehicle_id: 1, station_id: 1 })).not.toBeNull();
  });
});

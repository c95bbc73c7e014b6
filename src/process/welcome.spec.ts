import { welcomeText } from './welcome';

const RECHARGE = '-H \'content-type: application/json\' -d \'{"card_id":1,"amount":20000}\'';

describe(welcomeText.name, () => {
  it('shows a recharge that works as it stands where no key is needed', () => {
    expect(welcomeText('http://localhost:1', false)).toContain(
      `curl -X POST http://localhost:1/recharges ${RECHARGE}`,
    );
  });

  it('shows where the key goes, where one is needed', () => {
    expect(welcomeText('http://localhost:1', true)).toContain(
      `curl -X POST http://localhost:1/recharges -H "Authorization: Bearer $KEY" ${RECHARGE}`,
    );
  });
});

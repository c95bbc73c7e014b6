/** The service as its operator sees it: makes cards and devices for a trial, and says what became of them. */
export class City {
  constructor({ url, station, route }) {
    Object.assign(this, { url, station, route });
    this.name = `trial-${Date.now().toString(36)}`;
    this.devices = 0;
  }

  /** @throws Error if the service refuses it. */
  async ask(method, path, body) {
    const response = await fetch(this.url + path, {
      method,
      headers: body ? { 'content-type': 'application/json' } : {},
      body: body && JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }

  async validator() {
    this.devices += 1;
    const name = `${this.name}-${this.devices}`;
    const { validator_id } = await this.ask('POST', '/validators', {
      number: name,
      station_id: this.station,
      route_id: this.route,
    });
    const { key } = await this.ask('POST', '/keys', {
      role: 'validator',
      name,
      client: this.name,
      validator_id,
      expires_in_days: 1,
    });
    return { validator_id, key };
  }

  /** A card that nobody has used. */
  async card(amount = 20_000) {
    const { card_id, card_number } = await this.ask('POST', '/cards', {});
    if (amount > 0) await this.ask('POST', '/recharges', { card_id, amount });
    return { card_id, card_number };
  }

  cards(count) {
    return Promise.all(Array.from({ length: count }, () => this.card()));
  }

  setStatus({ card_id }, status) {
    return this.ask('PATCH', `/cards/${card_id}`, { status });
  }

  /** A recharge that waits for a validator. Returns the id of its action. */
  async waitingRecharge({ card_id }, amount) {
    const body = { card_id, amount, activation: 'validator' };
    return (await this.ask('POST', '/recharges', body)).recharge_id;
  }

  /** How often something was posted on the statement of a card. */
  async countPostings(card, kind) {
    const { statement } = await this.ask('GET', `/cards/${card.card_id}/statement`);
    return statement.filter((posting) => posting.kind === kind).length;
  }

  async trips({ card_id }) {
    return (await this.ask('GET', `/trips/card/${card_id}`)).trips;
  }

  async suspended(validator_id) {
    return (await this.ask('GET', `/taps/suspense?limit=100&validator_id=${validator_id}`)).taps;
  }
}

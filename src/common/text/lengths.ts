/** The most characters (Unicode code points) that each kind of text may have, at every edge and in its column. */
export const LONGEST = {
  /** Of a place, a route, a company. */
  name: 255,
  /** Of a station or a route. */
  code: 100,
  /** The name of a GTFS feed, which is put before codes. */
  feed: 40,
  /** A first or last name, a city. */
  personName: 100,
  /** An identity document or a telephone number. */
  idNumber: 32,
  /** RFC 5321. */
  email: 254,
  address: 255,
  cardNumber: 100,
  transactionId: 100,
  /** Of a vehicle or a driver: a plate, a licence, a number in the company. */
  operatorNumber: 100,
  alertType: 50,
  message: 1_000,
  reason: 200,
  /** Of what a name is searched for. */
  search: 100,
} as const;

/** The most characters (Unicode code points) that each kind of text may have, at every edge and in its column. */
export const LONGEST = {
  /** The name of a place, a route or a company. */
  name: 255,
  /** The code of a station or a route. */
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
  /** A plate or a licence, or the number of a vehicle or a driver in its company. */
  operatorNumber: 100,
  alertType: 50,
  message: 1_000,
  reason: 200,
  /** The text of a search by name. */
  search: 100,
} as const;

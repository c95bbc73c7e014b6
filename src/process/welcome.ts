/** What is printed when the service is ready. */
export function welcomeText(baseUrl: string): string {
  return `
Travel Recharge is ready.

  Swagger UI   ${baseUrl}/docs
  ReDoc        ${baseUrl}/redoc
  Recharge a card:

  curl -X POST ${baseUrl}/recharges -H 'content-type: application/json' -d '{"card_id":1,"amount":20000}'
`;
}

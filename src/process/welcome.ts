/** What is printed when the service is ready. @param needsKey whether a recharge is refused without a key. */
export function welcomeText(baseUrl: string, needsKey: boolean): string {
  const key = needsKey ? ` -H "Authorization: Bearer $KEY"` : '';
  return `
Travel Recharge is ready.

  Console      ${baseUrl}/console
  Swagger UI   ${baseUrl}/docs
  ReDoc        ${baseUrl}/redoc
  Recharge a card:

  curl -X POST ${baseUrl}/recharges${key} -H 'content-type: application/json' -d '{"card_id":1,"amount":20000}'
`;
}

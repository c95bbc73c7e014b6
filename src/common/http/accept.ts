/** How much a client wants a media type, from 0 (not at all) to 1, as its Accept header says (RFC 9110, 12.5.1). */
export function qualityOf(type: string, accept: string | undefined): number {
  if (accept === undefined || accept.trim() === '') return 1;
  const [family = ''] = type.split('/');
  const wanted = new Map(accept.split(',').map(rangeOf));
  return wanted.get(type) ?? wanted.get(`${family}/*`) ?? wanted.get('*/*') ?? 0;
}

/** A range that cannot be read is wanted as if it had no weight; it names no type that is asked for. */
function rangeOf(text: string): readonly [range: string, quality: number] {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = weight === undefined ? 1 : Number(weight.slice(2));
  return [range, quality >= 0 && quality <= 1 ? quality : 1];
}

/** Not what an operating system leaves beside files. */
export function isFeedFile(name: string): boolean {
  return /^[^.].*\.(txt|geojson)$/.test(name);
}

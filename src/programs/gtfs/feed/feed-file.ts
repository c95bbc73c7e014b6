/** Not what an operating system leaves beside files. */
export function isFeedFile(name: string): boolean {
  return /^[^.].*\.(txt|geojson)$/i.test(name);
}

/** A file of a feed, and how it is read. */
export interface FeedFile<Source> {
  /** As it is called in the feed. */
  readonly path: string;
  readonly source: Source;
}

/**
 * The files by the names that GTFS gives them: upper case in them is a mistake of many feeds that nobody misunderstands.
 *
 * @throws Error when two have the same name, because then nobody knows which one is meant.
 */
export function byFeedName<Source>(
  files: readonly (FeedFile<Source> & { readonly name: string })[],
): ReadonlyMap<string, FeedFile<Source>> {
  const named = new Map<string, FeedFile<Source>>();
  for (const { name, ...file } of files) {
    const known = named.get(name.toLowerCase());
    if (known) throw new Error(`it has two files of one name: ${known.path} and ${file.path}`);
    named.set(name.toLowerCase(), file);
  }
  return named;
}

import type { Awaitable } from '../../../common/awaitable';
import type { CacheNamespace } from '../store/cache-namespace';
import type { CacheSession } from '../store/cache-session';
import { decode, type StoredResponse } from '../store/stored-response';

/** Where responses are stored, as far as this process knows. They may be read here, but may be too old. */
export class CacheLocation {
  constructor(
    readonly namespace: CacheNamespace,
    readonly session: CacheSession,
  ) {}

  /** Returns undefined when nothing is stored, and when the store does not answer. */
  get(key: string): Awaitable<StoredResponse | undefined> {
    try {
      const text = this.session.get(this.namespace, key);
      return text instanceof Promise ? text.then(decodeFound, nothing) : decodeFound(text);
    } catch {
      return undefined;
    }
  }
}

/** The permission to use the cache: what is stored here may be returned, and loaded responses may be stored. */
export class Trust extends CacheLocation {
  /** @param incarnation that of the database which the namespace is for. */
  constructor(
    namespace: CacheNamespace,
    session: CacheSession,
    readonly incarnation: string,
  ) {
    super(namespace, session);
  }
}

function decodeFound(text: string | null): StoredResponse | undefined {
  return text === null ? undefined : decode(text);
}

const nothing = (): undefined => undefined;

import type { FastifyRequest } from 'fastify';
import { EncryptJWT, errors, jwtDecrypt } from 'jose';
import type { Clock } from '../../../common/time/clock';
import { cookieIn, LONGEST_VALUE } from '../../access/session-cookie';
import type { People } from '../../access/sign-in/people';

const ALGORITHM = 'dir';
const ENCRYPTION = 'A256GCM';

/** What a cookie keeps. */
export type Kept = Readonly<Partial<Record<string, string>>>;

/**
 * A cookie that only the processes of this service can read or make, whichever of them gets it, so nothing has to be kept here
 * for somebody who may never come back. No script reads it, and the prefix of its name keeps it for this host
 * (RFC 6265bis, 4.1.3.2).
 */
export class SealedCookie {
  private readonly attributes: string;

  /** @param sameSite `Lax` where another site leads the browser to us, and the cookie is needed with that very request. */
  constructor(
    private readonly name: `__Host-${string}`,
    sameSite: 'Lax' | 'Strict',
    private readonly people: Pick<People, 'keyFor'>,
    private readonly clock: Clock,
  ) {
    this.attributes = `Path=/; Secure; HttpOnly; SameSite=${sameSite}`;
  }

  /** The header Set-Cookie that makes a browser forget it. */
  get forgotten(): string {
    return `${this.name}=; Max-Age=0; ${this.attributes}`;
  }

  /**
   * Returns the header Set-Cookie that keeps something for so many seconds, or null if it is too long for a cookie.
   *
   * @throws DatabaseAwayError while the key cannot be read.
   */
  async seal(kept: Kept, seconds: number): Promise<string | null> {
    const sealed = await new EncryptJWT({ kept })
      .setProtectedHeader({ alg: ALGORITHM, enc: ENCRYPTION })
      .setExpirationTime(new Date(this.clock.now().getTime() + seconds * 1_000))
      .encrypt(await this.people.keyFor(this.name));
    if (sealed.length > LONGEST_VALUE) return null;
    return `${this.name}=${sealed}; Max-Age=${seconds}; ${this.attributes}`;
  }

  /**
   * Returns what the cookie of a request keeps. It is null if there is none, somebody else made it, or it is over.
   *
   * @throws DatabaseAwayError while the key cannot be read.
   */
  async open(request: FastifyRequest): Promise<Kept | null> {
    const sealed = cookieIn(request, this.name);
    if (sealed === undefined) return null;
    try {
      const { payload } = await jwtDecrypt<{ kept: Kept }>(sealed, await this.people.keyFor(this.name), {
        keyManagementAlgorithms: [ALGORITHM],
        contentEncryptionAlgorithms: [ENCRYPTION],
        currentDate: this.clock.now(),
      });
      return payload.kept;
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }
}

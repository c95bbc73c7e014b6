import type { AuthMode } from '../../../platform/config/environment';
import type { Role, Scope } from '../../../platform/access/scopes';

/** Who calls, and what the caller may do. */
export class CallerResponse {
  /**
   * Who may call this service: with `required` who shows a key or an access token, otherwise everybody who reaches it.
   * @example "required"
   */
  auth!: AuthMode;

  /**
   * The public id of the key; null if the caller showed none.
   * @example "7Qm2xK9a"
   */
  key_id!: string | null;

  /**
   * What people call the key; null if the caller showed none.
   * @example "Ventanilla 3"
   */
  name!: string | null;

  /**
   * The organisation or the device that the key belongs to, or the pseudonym of a person; empty if nobody asks.
   * @example "recaudo-norte"
   */
  client!: string;

  /**
   * The role. Null means that the caller may do everything, because no key is needed.
   * @example "agent"
   */
  role!: Role | null;

  /**
   * The scopes of the role; all of them if no key is needed.
   * @example ["cards:read", "recharges:write"]
   */
  scopes!: Scope[];

  /** From when on the key is refused, in UTC (ISO 8601); null if the caller showed none. */
  expires_at!: Date | null;

  /**
   * The currency of all amounts (ISO 4217).
   * @example "COP"
   */
  currency!: string;

  /**
   * The time zone of service days (IANA).
   * @example "America/Bogota"
   */
  time_zone!: string;

  /**
   * The version of the service.
   * @example "1.0.0"
   */
  version!: string;
}

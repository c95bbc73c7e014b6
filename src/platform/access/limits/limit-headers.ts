import type { FastifyReply } from 'fastify';
import { type Quota, WINDOW_MS } from './quota';

/** What is limited, by the names that the headers have for it. */
export type LimitName = 'requests' | 'writes' | 'lookups' | 'failed-authentications';

const inSeconds = (milliseconds: number): number => Math.max(1, Math.ceil(milliseconds / 1_000));

/**
 * Tells a caller of a limit (draft-ietf-httpapi-ratelimit-headers-11): what it is, how much of it is left, and in how many
 * seconds there is more.
 */
export function describeQuota(reply: FastifyReply, name: LimitName, quota: Quota): void {
  void reply
    .header('ratelimit-policy', `"${name}";q=${quota.most};w=${WINDOW_MS / 1_000}`)
    .header('ratelimit', `"${name}";r=${quota.remaining};t=${inSeconds(quota.moreInMs)}`);
}

/** Says when a refused caller may come again. */
export function askToWait(reply: FastifyReply, { moreInMs }: Pick<Quota, 'moreInMs'>): void {
  void reply.header('retry-after', inSeconds(moreInMs));
}

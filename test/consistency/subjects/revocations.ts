import { setTimeout as sleep } from 'node:timers/promises';
import type { Dice } from '../../../src/common/dice';
import type { Reply } from '../http-client';
import { Quantity } from '../quantity';
import { View } from '../view';
import type { WriteClient } from '../write-client';
import type { Subject } from './subject';

const KEPT = 3;
const USED_FOR_MS = [200, 1_500] as const;

/** Keys that are used until after they were revoked: none may be accepted after its revocation was acknowledged. */
export class Revocations implements Subject {
  readonly weight = 7;
  readonly readsBetween = [1_800, 5_400] as const;
  readonly writers = 1;
  private latest: readonly View[] = [];

  /** @param path an operation that an agent may ask for. */
  constructor(
    private readonly path: string,
    private readonly administrator: Readonly<Record<string, string>>,
  ) {}

  views(): readonly View[] {
    return this.latest;
  }

  async write(client: WriteClient, dice: Dice): Promise<void> {
    const headers = this.administrator;
    const body = { client: 'consistency', name: 'to be revoked', role: 'agent' };
    const made = await client.send({ method: 'POST', path: '/keys', body, headers });
    if (!made) return;
    const { key, key_id: id } = made.body as { key: string; key_id: string };
    const revocation = new Quantity('revocation');
    revocation.acknowledge(IN_FORCE, `the making of key ${id}`);
    this.latest = [new KeyView(this.path, revocation, key), ...this.latest].slice(0, KEPT);
    await sleep(dice.between(...USED_FOR_MS));
    const path = `/keys/${id}/revocation`;
    const done = await client.send({ method: 'POST', path, body: {}, headers, isIdempotent: true });
    if (done) revocation.acknowledge(REVOKED, `the revocation of key ${id}`);
  }
}

const IN_FORCE = 0;
const REVOKED = 1;

/**
 * What a key may be used for. Processes hear of a revocation one after the other, before it is acknowledged: only what
 * comes after that is held against it.
 */
class KeyView extends View {
  constructor(path: string, revocation: Quantity, key: string) {
    super(path, [revocation], ({ status }: Reply) => [status === 401 ? REVOKED : IN_FORCE], {
      promises: ['A'],
      headers: { authorization: `Bearer ${key}` },
      answers: [200, 401],
    });
  }
}

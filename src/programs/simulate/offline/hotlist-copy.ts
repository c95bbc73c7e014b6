import { StartupError } from '../../../common/program/startup-error';
import { checksumText, sumOf } from '../../../modules/device-lists/list-checksum';
import type { HotlistResponse } from '../../../modules/hotlist/dto/hotlist.dto';
import type { ServiceClient } from '../../service-traffic/service-client';

/** What a validator keeps of the hotlist. */
export class HotlistCopy {
  private constructor(
    private readonly cards: ReadonlySet<string>,
    readonly version: number,
    /** Whether its checksum is the one that the service says. */
    readonly isRight: boolean,
  ) {}

  static async fetch(client: ServiceClient): Promise<HotlistCopy> {
    return HotlistCopy.from(new Set(), await client.get<HotlistResponse>('/hotlist'));
  }

  /** The copy with what changed since. A device that the service has no time for keeps the copy that it has. */
  async refreshed(client: ServiceClient): Promise<HotlistCopy> {
    const changes = await client.get<HotlistResponse>(`/hotlist?since=${this.version}`).catch(nullIfRefused);
    if (!changes) return this;
    return HotlistCopy.from(changes.full ? new Set() : this.cards, changes);
  }

  has(cardNumber: string): boolean {
    return this.cards.has(cardNumber);
  }

  private static from(
    before: ReadonlySet<string>,
    { version, add, remove, checksum }: HotlistResponse,
  ): HotlistCopy {
    const cards = new Set(before);
    for (const card of remove) cards.delete(card);
    for (const card of add) cards.add(card);
    return new HotlistCopy(cards, version, checksumText(sumOf(cards)) === checksum);
  }
}

function nullIfRefused(error: unknown): null {
  if (error instanceof StartupError) return null;
  throw error;
}

import type { AuditEntry } from './audit-entry';

/** In each period: so many refusals of one source are noted one by one, of so many sources. */
const MOST_OF_A_SOURCE = 10;
const MOST_SOURCES = 100;

interface Source {
  noted: number;
  further: number;
  latest: AuditEntry;
}

/**
 * How many refusals of a period are noted, so that whoever is refused all the time cannot fill the trail. What is not noted
 * is counted, by source; when there are too many sources, the rest of them together.
 */
export class RefusalBudget {
  private sources = new Map<string, Source>();
  private ofOthers: Source | null = null;

  /** Whether this refusal is to be noted; else it is counted. */
  spend(name: string, entry: AuditEntry): boolean {
    const source = this.sources.get(name);
    if (!source) return this.begin(name, entry);
    source.latest = entry;
    if (source.noted < MOST_OF_A_SOURCE) source.noted += 1;
    else source.further += 1;
    return source.further === 0;
  }

  /** Begins the next period. @returns entries that say how many refusals were not noted in this one. */
  next(): AuditEntry[] {
    const sources = [...this.sources.values()].filter(({ further }) => further > 0).map(summaryOf);
    const others = this.ofOthers ? [summaryOfOthers(this.ofOthers)] : [];
    this.sources = new Map();
    this.ofOthers = null;
    return [...sources, ...others];
  }

  private begin(name: string, latest: AuditEntry): boolean {
    if (this.sources.size < MOST_SOURCES) {
      this.sources.set(name, { noted: 1, further: 0, latest });
      return true;
    }
    this.ofOthers = { noted: 0, further: (this.ofOthers?.further ?? 0) + 1, latest };
    return false;
  }
}

function summaryOf({ further, latest }: Source): AuditEntry {
  return {
    ...latest,
    object: null,
    requestId: null,
    reason: `${latest.reason}; ${further} more refusals of this caller in a minute are not noted`,
  };
}

function summaryOfOthers({ further, latest }: Source): AuditEntry {
  return {
    ...latest,
    client: '',
    keyId: null,
    role: null,
    object: null,
    requestId: null,
    address: null,
    reason: `${latest.reason}; ${further} more refusals of other callers in a minute are not noted`,
  };
}

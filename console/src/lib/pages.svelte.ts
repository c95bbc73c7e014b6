import { asFailure, type Failure, isAborted } from '../api/failures';
import { Resource, resource } from './resource.svelte';

/** A page of a list: its rows, and where the next one begins. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null | undefined;
}

type LoadPage<Row> = (cursor: string | undefined, signal: AbortSignal) => Promise<Page<Row>> | null;

/** A list that is loaded page by page. */
export class Pages<Row> {
  /** The pages behind the first one. */
  private others: readonly Row[] = $state.raw([]);
  private next: string | null | undefined = $state.raw(undefined);
  private after: Page<Row> | null = null;
  isLoadingMore = $state(false);
  failureOfMore: Failure | null = $state.raw(null);

  constructor(
    readonly first: Resource<Page<Row>>,
    private readonly load: LoadPage<Row>,
  ) {}

  get rows(): readonly Row[] {
    const page = this.first.value;
    if (!page) return [];
    return this.belongsTo(page) ? [...page.rows, ...this.others] : page.rows;
  }

  get hasMore(): boolean {
    const page = this.first.value;
    return page !== null && Boolean(this.belongsTo(page) ? this.next : page.next);
  }

  async more(): Promise<void> {
    const page = this.first.value;
    if (!page || this.isLoadingMore) return;
    const goesOn = this.belongsTo(page);
    const cursor = goesOn ? this.next : page.next;
    if (!cursor) return;
    this.isLoadingMore = true;
    this.failureOfMore = null;
    try {
      const loaded = await this.load(cursor, new AbortController().signal);
      if (loaded && this.first.value === page) {
        this.others = goesOn ? [...this.others, ...loaded.rows] : loaded.rows;
        this.next = loaded.next;
        this.after = page;
      }
    } catch (error) {
      if (!isAborted(error)) this.failureOfMore = asFailure(error);
    }
    this.isLoadingMore = false;
  }

  /** What was loaded behind another first page is no longer where it belongs. */
  private belongsTo(page: Page<Row>): boolean {
    return this.next !== undefined && this.after === page;
  }
}

/** The pages of a list of this component. */
export function pages<Row>(load: LoadPage<Row>): Pages<Row> {
  return new Pages(
    resource((signal) => load(undefined, signal)),
    load,
  );
}

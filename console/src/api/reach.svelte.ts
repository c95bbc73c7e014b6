/** Whether the service was reached by the last request. */
class Reach {
  /** Since when there was no answer; null while there are answers. */
  awaySince: number | null = $state(null);

  answered(): void {
    this.awaySince = null;
  }

  failed(): void {
    this.awaySince ??= Date.now();
  }
}

export const reach = new Reach();

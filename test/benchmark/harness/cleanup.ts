type Undo = () => Promise<unknown>;

/** What has to be undone, the last first, also where something went wrong in between. */
export class Cleanup {
  private readonly undos: Undo[] = [];

  add(undo: Undo): void {
    this.undos.push(undo);
  }

  async run(): Promise<void> {
    for (let undo = this.undos.pop(); undo; undo = this.undos.pop()) await undo();
  }
}

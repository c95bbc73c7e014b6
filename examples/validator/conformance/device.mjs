import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Broken, within } from './broken.mjs';

const WATCH = fileURLToPath(new URL('watch-syncs.cjs', import.meta.url));

/** The device under trial: a process that reads taps from its standard input and answers whether the gate opens. */
export class Device {
  constructor(command, folder, env) {
    this.command = command;
    this.data = join(folder, 'data');
    this.syncLog = join(folder, 'syncs');
    this.env = env;
    this.child = null;
    this.waiting = [];
    this.output = '';
    fs.mkdirSync(this.data, { recursive: true });
  }

  start() {
    fs.writeFileSync(this.syncLog, '');
    this.atStart = new Map(this.files().map(({ ino, size }) => [ino, size]));
    const watch = isNode(this.command) ? { NODE_OPTIONS: `--require ${JSON.stringify(WATCH)}` } : {};
    const env = {
      ...process.env,
      ...this.env,
      ...watch,
      VALIDATOR_DATA: this.data,
      VALIDATOR_SYNC_LOG: this.syncLog,
    };
    this.child = spawn(this.command[0], this.command.slice(1), { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.ended = once(this.child, 'close');
    this.child.on('error', (error) => (this.output += error.message));
    this.child.stdin.on('error', () => undefined);
    this.child.stderr.on('data', (text) => (this.output = (this.output + text).slice(-2_000)));
    createInterface({ input: this.child.stdout }).on('line', (line) => this.waiting.shift()?.(line));
  }

  /** Holds a card to the device. Returns whether the gate opens. */
  async tap(card_number, more = {}) {
    const answered = new Promise((resolve) => this.waiting.push(resolve));
    this.child.stdin.write(`${JSON.stringify({ kind: 'entry', card_number, ...more })}\n`);
    const line = await within(
      Promise.race([answered, this.ended.then(() => null)]),
      'the device has not decided about a tap',
    );
    if (line === null) throw new Broken(`the device has ended:\n${this.output}`);
    return JSON.parse(line).open === true;
  }

  /** As when the process crashes: what it has written is there. */
  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
    this.waiting = [];
  }

  /** As when the power goes: of what was not synchronised, half is there. And a line that was just begun is torn. */
  async cutPower() {
    await this.kill();
    const noted = fs.readFileSync(this.syncLog, 'utf8').split('\n').filter(Boolean);
    const synced = new Map([...this.atStart, ...noted.map((line) => JSON.parse(line))]);
    for (const { path, ino, size } of this.files()) {
      const kept = Math.min(size, synced.get(ino) ?? 0);
      fs.truncateSync(path, kept + Math.floor((size - kept) / 2));
      if (kept === size && size > (this.atStart.get(ino) ?? 0)) tearLine(path);
    }
  }

  /** A copy of everything that the device has kept. */
  image() {
    const copy = `${this.data}-${Date.now()}`;
    fs.cpSync(this.data, copy, { recursive: true });
    return copy;
  }

  restore(image) {
    fs.rmSync(this.data, { recursive: true });
    fs.cpSync(image, this.data, { recursive: true });
  }

  files() {
    return fs
      .readdirSync(this.data, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath ?? entry.path, entry.name);
        const { ino, size } = fs.statSync(path);
        return { path, ino, size };
      });
  }
}

/** Only a Node.js program tells what it has synchronised. */
export function isNode([program]) {
  return basename(program) === 'node';
}

/** Adds half of the last line, if the file consists of lines. */
function tearLine(path) {
  const text = fs.readFileSync(path, 'latin1');
  if (!text.endsWith('\n')) return;
  const last = text.slice(0, -1).split('\n').at(-1);
  fs.appendFileSync(path, last.slice(0, last.length / 2), 'latin1');
}

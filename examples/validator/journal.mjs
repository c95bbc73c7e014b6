import * as fs from 'node:fs';
import { dirname } from 'node:path';

/**
 * Opens a file to which records are only added, one in a line. What `add` has returned from survives a power cut. A last line that
 * a power cut has torn is cut off: nobody has relied on it.
 *
 * @throws Error if another line than the last cannot be read: then the disk is damaged, and a person has to look at it.
 */
export function openJournal(path) {
  const isNew = !fs.existsSync(path);
  const file = fs.openSync(path, 'a');
  if (isNew) syncFolder(dirname(path));
  const lines = fs.readFileSync(path, 'utf8').split('\n').slice(0, -1);
  if (lines.length > 0 && !isWhole(lines.at(-1))) lines.pop();
  fs.ftruncateSync(file, Buffer.byteLength(lines.map((line) => `${line}\n`).join('')));
  fs.fsyncSync(file);
  const add = (record) => {
    fs.appendFileSync(file, `${JSON.stringify(record)}\n`);
    fs.fsyncSync(file);
  };
  return { records: lines.map((line) => JSON.parse(line)), add };
}

/** A disk may have written the end of a line before its beginning when the power went. */
function isWhole(line) {
  try {
    return Boolean(JSON.parse(line));
  } catch {
    return false;
  }
}

/** Replaces a file by another content, wholly or not at all. */
export function replaceFile(path, text) {
  const file = fs.openSync(`${path}.new`, 'w');
  fs.writeFileSync(file, text);
  fs.fsyncSync(file);
  fs.closeSync(file);
  fs.renameSync(`${path}.new`, path);
  syncFolder(dirname(path));
}

/** A new name of a file is on the disk only when its folder is. */
function syncFolder(path) {
  const folder = fs.openSync(path, 'r');
  fs.fsyncSync(folder);
  fs.closeSync(folder);
}

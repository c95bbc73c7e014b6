// Loaded into a device that is a Node.js program: notes how much of each file was surely on the disk, so that a power cut can be played.
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');

const { appendFileSync, fstatSync } = fs;
const log = process.env.VALIDATOR_SYNC_LOG;

/** What is in the file before it is synchronised is on the disk afterwards. */
function sizeNow(file) {
  const { ino, size } = fstatSync(file);
  return `${JSON.stringify([ino, size])}\n`;
}

for (const name of ['fsyncSync', 'fdatasyncSync']) {
  const original = fs[name];
  fs[name] = (file) => {
    const line = sizeNow(file);
    original(file);
    appendFileSync(log, line);
  };
}
for (const name of ['fsync', 'fdatasync']) {
  const original = fs[name];
  fs[name] = (file, done) => {
    const line = sizeNow(file);
    original(file, (error) => {
      if (!error) appendFileSync(log, line);
      done(error);
    });
  };
}
syncBuiltinESMExports();

void fs.promises.open(process.execPath).then(async (handle) => {
  const prototype = Object.getPrototypeOf(handle);
  for (const name of ['sync', 'datasync']) {
    const original = prototype[name];
    prototype[name] = async function () {
      const line = sizeNow(this.fd);
      await original.call(this);
      appendFileSync(log, line);
    };
  }
  await handle.close();
});

/**
 * The part of the hold points that runs in a process of a city: the lab says at which point the next request is to stop,
 * and when it may go on. The lab is heard over a socket of the file system, which also reaches into a network namespace.
 */
const { connect } = require('node:net');
const { createInterface } = require('node:readline');

const { LAB_SOCKET, LAB_PROCESS } = process.env;
const armed = new Map();
const waiting = new Map();
let socket = null;

if (LAB_SOCKET) {
  socket = connect(LAB_SOCKET);
  socket.unref();
  say({ hello: LAB_PROCESS });
  createInterface({ input: socket }).on('line', (line) => hear(JSON.parse(line)));
  socket.on('error', () => undefined);
  // Nobody is left who could let them go on.
  socket.on('close', () => [...waiting.keys()].forEach(goOn));
}

function hear({ arm, disarm, go }) {
  if (arm) {
    armed.set(arm.id, arm);
    say({ armed: arm.id });
  }
  if (disarm) armed.delete(disarm);
  if (go) goOn(go);
}

function goOn(id) {
  armed.delete(id);
  (waiting.get(id) ?? []).forEach((resolve) => resolve());
  waiting.delete(id);
}

function say(message) {
  socket.write(`${JSON.stringify(message)}\n`);
}

/** Waits here if the lab has asked for it. `subject` is the key of a read, or what the writer calls itself. */
function reach(point, subject) {
  for (const hold of armed.values()) {
    const isMeant = hold.point === point && (hold.subject === null || hold.subject === subject);
    if (!isMeant || hold.count === 0) continue;
    hold.count -= 1;
    say({ reached: hold.id });
    return new Promise((resolve) => waiting.set(hold.id, [...(waiting.get(hold.id) ?? []), resolve]));
  }
}

module.exports = { reach };

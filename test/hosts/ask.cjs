/** Asks as a process of a host: reads what to ask from its input as JSON, and writes what came as JSON. */
const { connect } = require('node:net');
const http = require('node:http');
const https = require('node:https');
const { text } = require('node:stream/consumers');
const { clearTimeout, setTimeout } = require('node:timers');

const PATIENCE_MS = 1_000;

text(process.stdin)
  .then((input) => answer(JSON.parse(input)))
  .then(
    (answers) => console.log(JSON.stringify({ answers })),
    (error) => console.log(JSON.stringify({ refusal: reasonOf(error) })),
  )
  .finally(() => process.exit());

/** As many requests one after the other as are wanted, over one connection. */
async function answer({ times = 1, warmUp, ...question }) {
  if (question.path === undefined) return [await open(question)];
  const agent = new (question.ca ? https : http).Agent({ keepAlive: true });
  if (warmUp) await ask({ ...question, method: 'GET', path: warmUp, body: undefined }, agent);
  const answers = [];
  while (answers.length < times) answers.push(await ask(question, agent));
  return answers;
}

function open({ host, port }) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port }, () => resolve({ status: 0, ms: 0, headers: {}, body: '' }));
    socket.setTimeout(PATIENCE_MS, () => reject(new Error('no answer'))).on('error', reject);
  });
}

function ask({ body, ca, version, ...question }, agent) {
  const { request } = ca ? https : http;
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const old = version && { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
    const options = { ...question, ca, ...old, servername: question.headers.host, agent };
    const sent = request(options, (response) => {
      const { statusCode: status, headers } = response;
      text(response).then(
        (got) => resolve({ status, headers, body: got, ms: performance.now() - begun }),
        reject,
      );
    });
    // Only until the connection is there: a slow answer is an answer.
    const timer = setTimeout(() => sent.destroy(new Error('no answer')), PATIENCE_MS);
    sent.once('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => clearTimeout(timer));
      else clearTimeout(timer);
    });
    sent.on('error', reject).end(body);
  });
}

/** What the other side says in TLS is in the message alone. */
function reasonOf({ code, message }) {
  return code === undefined || code === 'EPROTO' ? message.trim() : code;
}

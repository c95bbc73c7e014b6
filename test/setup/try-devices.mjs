// Tries devices, several at once in one process: the URL of a service, and for each trial the folder of a device and a requirement, as JSON.
import { join } from 'node:path';
import { City } from '../../examples/validator/conformance/city.mjs';
import { Proxy } from '../../examples/validator/conformance/proxy.mjs';
import { REQUIREMENTS } from '../../examples/validator/conformance/requirements.mjs';
import { tryOut } from '../../examples/validator/conformance/trial.mjs';

/** They wait more than they work. */
const AT_ONCE = 4;

const [url, ...devices] = process.argv.slice(2);
const city = new City({ url, station: 1, route: 1 });
const left = devices.map((text) => JSON.parse(text));

await Promise.all(Array.from({ length: AT_ONCE }, work));

async function work() {
  const proxy = new Proxy(url);
  const proxyUrl = await proxy.open();
  for (let next = left.shift(); next; next = left.shift()) {
    const command = [process.execPath, join(next.folder, 'validator.mjs')];
    const requirement = REQUIREMENTS.find(({ name }) => name === next.requirement);
    const fault = await tryOut(requirement, { city, proxy, proxyUrl, command });
    console.log(JSON.stringify({ ...next, words: fault?.words ?? null }));
  }
  proxy.close();
}

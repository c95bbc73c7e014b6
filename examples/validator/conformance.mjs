import { parseArgs } from 'node:util';
import { setPatience } from './conformance/broken.mjs';
import { City } from './conformance/city.mjs';
import { isNode } from './conformance/device.mjs';
import { Proxy } from './conformance/proxy.mjs';
import { REQUIREMENTS } from './conformance/requirements.mjs';
import { tryOut } from './conformance/trial.mjs';

const HELP = `Tries a validator against a service, and says which requirements of docs/taps.md hold.

node examples/validator/conformance.mjs [options] -- COMMAND OF THE DEVICE
  --url URL          a service that asks for no keys and may be tried out (default: http://127.0.0.1:8000)
  --station N        a station (default: 1)
  --route N          a route that stops there (default: 1)
  --only NAMES       some requirements, with commas between them
  --patience N       how many seconds the device may take for anything (default: 30)
  --list             prints the requirements
  --help             shows this text

The exit code is 1 if a requirement is broken. README.md beside this file says how a device is tried.
`;

const { values, positionals: command } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8000' },
    station: { type: 'string', default: '1' },
    route: { type: 'string', default: '1' },
    only: { type: 'string' },
    patience: { type: 'string', default: '30' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const only = values.only?.split(',');
const unknown = only?.filter((name) => !REQUIREMENTS.some((requirement) => requirement.name === name)) ?? [];

if (values.help) process.stdout.write(HELP);
else if (values.list) for (const { name, says } of REQUIREMENTS) console.log(`${name.padEnd(21)} ${says}`);
else if (command.length === 0 || unknown.length > 0) {
  console.error(unknown.length > 0 ? `There is no requirement ${unknown.join(', ')}.` : HELP);
  process.exitCode = 2;
} else process.exitCode = await run();

async function run() {
  setPatience(Number(values.patience));
  const city = new City({
    url: values.url,
    station: Number(values.station),
    route: Number(values.route),
  });
  const proxy = new Proxy(values.url);
  const parts = { city, proxy, proxyUrl: await proxy.open(), command };
  const broken = [];
  try {
    for (const requirement of REQUIREMENTS) {
      if (only && !only.includes(requirement.name)) continue;
      if (requirement.isOfNode && !isNode(command)) {
        console.log(`not tried  ${requirement.name}: ${requirement.says}`);
        continue;
      }
      const fault = await tryOut(requirement, parts);
      if (fault === null) console.log(`holds   ${requirement.name}: ${requirement.says}`);
      else {
        broken.push(requirement.name);
        console.log(`BROKEN  ${requirement.name}: ${requirement.says}\n        ${fault.words}`);
        if (fault.output) console.log(fault.output.trimEnd().replaceAll(/^/gm, '        | '));
      }
    }
  } finally {
    proxy.close();
  }
  console.log(
    broken.length === 0 ? 'The device conforms.' : `The device does not conform: ${broken.join(', ')}.`,
  );
  return broken.length === 0 ? 0 : 1;
}

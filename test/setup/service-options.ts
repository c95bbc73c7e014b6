import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const { scripts } = JSON.parse(readFileSync(resolve(__dirname, '../../package.json'), 'utf8')) as {
  scripts: { start: string };
};

/** The options of Node.js that `npm start` gives the service: its compiled code fits no others. */
export const SERVICE_OPTIONS = scripts.start.split(' ').filter((word) => word.startsWith('--'));

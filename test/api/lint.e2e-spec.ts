import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { afterTest } from '../setup/after-test';
import { createTempFolder, removeFolder } from '../setup/temp-folder';

const SCRIPTS = resolve(__dirname, '../../scripts');

/** Runs a check of `npm run lint`. */
function check(script: string, argument: string): Promise<{ exitCode: number; complaints: string[] }> {
  return new Promise((done) => {
    execFile(process.execPath, [join(SCRIPTS, script), argument], (error, _stdout, stderr) => {
      const complaints = stderr.split('\n').filter(Boolean);
      done({ exitCode: error ? Number(error.code ?? -1) : 0, complaints });
    });
  });
}

async function aFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await createTempFolder();
  afterTest(() => removeFolder(folder));
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  return folder;
}

describe('npm run check:api', () => {
  const sound = {
    operationId: 'sound',
    summary: 'Sound.',
    description: 'Nothing is wrong with it.',
    tags: ['all'],
    responses: { 200: { description: 'Well.' }, 404: { description: 'Nothing.' } },
  };
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'Test',
      version: '1',
      description: 'A test.',
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    servers: [{ url: '/' }],
    tags: [{ name: 'all', description: 'All.' }],
    paths: {
      '/sound': { get: sound },
      '/no-refusal': { get: { ...sound, operationId: 'a', responses: { 200: { description: 'Well.' } } } },
      '/no-description': { get: { ...sound, operationId: 'b', description: undefined } },
      '/twice': { get: sound },
      '/undeclared/{id}': { get: { ...sound, operationId: 'c' } },
      '/example': {
        get: {
          ...sound,
          operationId: 'd',
          responses: {
            ...sound.responses,
            200: {
              description: 'Well.',
              content: { 'application/json': { schema: { type: 'integer' }, example: 'one' } },
            },
          },
        },
      },
    },
  };

  it('names what the rules of Spectral and of Redocly forbid, and ends with 1', async () => {
    const folder = await aFolder({ 'openapi.json': JSON.stringify(document) });

    const { exitCode, complaints } = await check('check-api.mjs', join(folder, 'openapi.json'));

    expect(exitCode).toBe(1);
    for (const [rule, place] of [
      ['Redocly security-defined', '~1sound/get'],
      ['Redocly operation-4xx-response', '~1no-refusal/get'],
      ['Spectral operation-description', '/no-description get'],
      ['Redocly operation-operationId-unique', '~1twice/get'],
      ['Spectral path-params', '/undeclared/{id} get'],
      ['Spectral oas3-valid-media-example', '/example get'],
    ] as const) {
      expect(complaints.filter((line) => line.startsWith(rule) && line.includes(place))).not.toEqual([]);
    }
  });
});

describe('npm run check:links', () => {
  it('names every link and picture that leads nowhere, and ends with 1', async () => {
    const folder = await aFolder({
      'README.md': [
        '# Two words, `code` & [a link](docs/there.md)',
        '[itself](#two-words-code--a-link) [folder](docs) [file](docs/there.md#here-1) [absolute](/docs/there.md)',
        '![picture](docs/there.svg) <img src="docs/there.svg"> [web](https://example.com/#gone) `[no](link.md)`',
        '',
        '![gone](docs/gone.svg) [gone](gone.md) [gone](#gone) [gone](docs/there.md#here-2) <img src="gone.png">',
        '[reference][1]',
        '',
        '[1]: docs/gone.md',
        '```',
        '[no](link.md)',
        '```',
      ].join('\n'),
      'docs/there.md': '# Here\n\n## Here\n\n[back](../README.md) [gone](README.md)\n',
      'docs/there.svg': '<svg/>',
    });

    const { exitCode, complaints } = await check('check-links.mjs', folder);

    expect(complaints.sort()).toEqual([
      'README.md: #gone names no heading of README.md',
      'README.md: docs/gone.md is no file of the repository',
      'README.md: docs/gone.svg is no file of the repository',
      'README.md: docs/there.md#here-2 names no heading of docs/there.md',
      'README.md: gone.md is no file of the repository',
      'README.md: gone.png is no file of the repository',
      'docs/there.md: README.md is no file of the repository',
    ]);
    expect(exitCode).toBe(1);
  });
});

describe('npm run check:quotes', () => {
  it('names each file that the guide quotes otherwise or not at all, and ends with 1', async () => {
    const folder = await aFolder({
      'DEPLOYMENT.md': [
        'As [same](docker/hosts/same.conf):\n\n```\none\n\ntwo\n```\n',
        'As [changed](docker/hosts/a/changed.conf):\n\n```ini\none\n```\n',
        'As [gone](docker/hosts/gone.conf):\n\n```\none\n```\n',
        'Beside [others](docker/hosts/others.conf) is this.\n\n```\nanything\n```\n',
      ].join('\n'),
      'docker/hosts/same.conf': 'one\n\ntwo\n',
      'docker/hosts/a/changed.conf': 'one\ntwo\n',
      'docker/hosts/others.conf': 'one\n',
      'docker/hosts/a/forgotten.conf': 'one\n',
      'docs/high-availability.md':
        'As [there](../docker/high-availability/there.yml):\n\n```yaml\none\n```\n',
      'docker/high-availability/there.yml': 'two\n',
    });

    const { exitCode, complaints } = await check('check-quotes.mjs', folder);

    expect(complaints).toEqual([
      'DEPLOYMENT.md: the text below docker/hosts/a/changed.conf is not that of the file',
      'DEPLOYMENT.md: the text below docker/hosts/gone.conf is not that of the file',
      'DEPLOYMENT.md: docker/hosts/a/forgotten.conf is not named',
      'docs/high-availability.md: the text below docker/high-availability/there.yml is not that of the file',
    ]);
    expect(exitCode).toBe(1);
  });
});

import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';

export const KUBERNETES = resolve(__dirname, '../../docker/kubernetes');

/** An object of Kubernetes, as YAML describes it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly [member: string]: unknown;
}

const COMMANDS = [
  { command: 'kubectl', version: ['version', '--client'], build: ['kustomize'] },
  { command: 'kustomize', version: ['version'], build: ['build'] },
];
const kustomize = COMMANDS.find(({ command, version }) => spawnSync(command, version).status === 0);

/** Whether anything on this machine builds overlays. */
export const canBuild = kustomize !== undefined;

/** What a cluster would be given for a folder. */
export function buildManifests(folder: string): Manifest[] {
  if (!kustomize) throw new Error('neither kubectl nor kustomize is here');
  const { command, build } = kustomize;
  return parse(execFileSync(command, [...build, join(KUBERNETES, folder)], { encoding: 'utf8' }));
}

/** The objects that are written down in a folder and below it; not what says how they are put together. */
export function readManifests(): Manifest[] {
  return readdirSync(KUBERNETES, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.yaml$/.test(name) && !/kustomization\.yaml$/.test(name))
    .flatMap((name) => parse(readFileSync(join(KUBERNETES, name), 'utf8')));
}

function parse(text: string): Manifest[] {
  return parseAllDocuments(text).map((document) => {
    const [error] = document.errors;
    if (error) throw error;
    return document.toJS() as Manifest;
  });
}

/** What the published types do not describe: that of the Prometheus operator, as far as it is used here. */
const SERVICE_MONITOR = `
  export interface ServiceMonitor {
    apiVersion: 'monitoring.coreos.com/v1';
    kind: 'ServiceMonitor';
    metadata: ObjectMeta;
    spec: {
      jobLabel?: string;
      selector: LabelSelector;
      endpoints: { port?: string; path?: string; interval?: string; scrapeTimeout?: string }[];
    };
  }`;

/** As much of JavaScript as the types use: the whole of it takes seconds to read. */
const LIBRARY = `
  interface Array<T> { length: number; [index: number]: T }
  interface Boolean {} interface CallableFunction {} interface Function {} interface IArguments {}
  interface NewableFunction {} interface Number {} interface Object {} interface RegExp {} interface String {}`;

/** Where objects are not of the published types: members that are not known, missing or of another type, each as a sentence. */
export function typeFaultsOf(manifests: readonly Manifest[]): string[] {
  const name = join(KUBERNETES, 'manifests.ts');
  const text = manifests.map(declarationOf).join('\n');
  const head = `import type { LabelSelector, ObjectMeta } from 'kubernetes-types/meta/v1';\n${SERVICE_MONITOR}`;
  const sources = new Map([
    [name, `${head}\n${text}`],
    [join(KUBERNETES, 'library.d.ts'), LIBRARY],
  ]);
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    noLib: true,
    types: [],
    module: ts.ModuleKind.Node20,
    target: ts.ScriptTarget.ES2023,
  };
  const base = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...base,
    fileExists: (path) => sources.has(path) || base.fileExists(path),
    getSourceFile: (path, language, ...rest) => {
      const own = sources.get(path);
      return own === undefined
        ? base.getSourceFile(path, language, ...rest)
        : ts.createSourceFile(path, own, language);
    },
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText, file, start = 0 }) => {
    const line = file?.text.slice(0, start).split('\n').at(-1) ?? '';
    return `${/ as (\w+)/.exec(line)?.[0] ?? line.slice(-80)} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

function declarationOf(manifest: Manifest, index: number): string {
  const { apiVersion, kind } = manifest;
  const type =
    kind === 'ServiceMonitor' ? kind : `import('kubernetes-types/${moduleOf(apiVersion)}').${kind}`;
  return `export const object${index}: ${type} = ${JSON.stringify(manifest)};`;
}

/** The module of `networking.k8s.io/v1` is `networking/v1`, and that of `v1` is `core/v1`. */
function moduleOf(apiVersion: string): string {
  const [version = '', group = 'core'] = apiVersion.split('/').reverse();
  return `${group.replace('.k8s.io', '')}/${version}`;
}

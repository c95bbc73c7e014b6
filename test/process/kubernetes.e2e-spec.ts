import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2';
import type { Deployment } from 'kubernetes-types/apps/v1';
import type { ConfigMap, PodSpec, PodTemplateSpec, Service } from 'kubernetes-types/core/v1';
import {
  buildManifests,
  canBuild,
  KUBERNETES,
  type Manifest,
  readManifests,
  typeFaultsOf,
} from '../setup/kubernetes';
import { SERVICE_OPTIONS } from '../setup/service-options';

const ROOT = resolve(__dirname, '../..');
const OVERLAYS = ['overlays/small', 'overlays/replicated'];
/** The connections of a process beside its pool, and what PostgreSQL has by default without those of superusers. */
const CONNECTIONS_OF_THE_CACHE = 3;
const CONNECTIONS = 97;
const guide = readFileSync(join(ROOT, 'DEPLOYMENT.md'), 'utf8');

/** An overlay as a cluster would get it. */
class Built {
  constructor(readonly manifests: readonly Manifest[]) {}

  /** The object of a kind, with this name. */
  get<Kind>(kind: string, name = 'travel-recharge'): Kind {
    const found = this.manifests.find((one) => one.kind === kind && nameOf(one) === name);
    if (!found) throw new Error(`there is no ${kind} ${name}`);
    return found as unknown as Kind;
  }

  has(kind: string, name: string | undefined): boolean {
    return this.manifests.some((one) => one.kind === kind && one.metadata.name === name);
  }

  get pods(): readonly PodTemplateSpec[] {
    return this.manifests.flatMap((one) => membersOf<PodTemplateSpec>(one, 'template'));
  }

  get podSpecs(): readonly PodSpec[] {
    return this.pods.map(({ spec }) => spec ?? { containers: [] });
  }

  /** The pods that have these labels. */
  selected(labels: Readonly<Record<string, string>> = {}): readonly PodTemplateSpec[] {
    return this.pods.filter(({ metadata }) =>
      Object.entries(labels).every(([name, value]) => metadata?.labels?.[name] === value),
    );
  }
}

/** A generated object has a digest of its contents behind its name. */
function nameOf({ kind, metadata: { name } }: Manifest): string {
  return kind === 'ConfigMap' ? name.replace(/-[a-z0-9]{10}$/, '') : name;
}

/** All members of this name, however deep. */
function membersOf<Member>(value: unknown, name: string): Member[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === name ? [inner as Member] : membersOf<Member>(inner, name),
  );
}

it('are objects of the published types, in which nothing is unknown or missing', () => {
  const manifests = readManifests();

  expect(new Set(manifests.map(({ kind }) => kind)).size).toBeGreaterThan(11);
  expect(typeFaultsOf(manifests)).toEqual([]);
  const [wrong] = JSON.parse(
    JSON.stringify(manifests.filter(({ kind }) => kind === 'Deployment')).replace(
      'readinessProbe',
      'readyProbe',
    ),
  ) as Manifest[];
  expect(typeFaultsOf(wrong ? [wrong] : [])).toEqual([expect.stringContaining('readyProbe')]);
});

it('keep the scripts of the guide and of the Compose file', () => {
  const [backup, database] = ['backup/backup.sh', 'overlays/small/create-database.sh'].map((name) =>
    readFileSync(join(KUBERNETES, name), 'utf8'),
  );

  expect(guide).toContain(`\`\`\`sh\n${backup}\`\`\``);
  expect(database).toBe(readFileSync(join(ROOT, 'docker/create-database.sh'), 'utf8'));
});

/** Only kubectl and kustomize know how an overlay is put together, and not every machine has one. */
const describeBuilt = canBuild ? describe : describe.skip;

describeBuilt.each(OVERLAYS)('%s, as kubectl or kustomize builds it', (folder) => {
  let built: Built;

  beforeAll(() => {
    built = new Built(buildManifests(folder));
  });

  it('is of the published types', () => {
    expect(typeFaultsOf(built.manifests)).toEqual([]);
  });

  it('has no secrets, and names those that the guide makes', () => {
    expect(built.manifests.map(({ kind }) => kind)).not.toContain('Secret');
    expect(JSON.stringify(built.manifests)).not.toMatch(/:\/\/[^"]*@/);
    const names = [
      ...membersOf<string>(built.manifests, 'secretName'),
      ...membersOf<{ name: string }>(built.manifests, 'secretRef').map(({ name }) => name),
      ...membersOf<{ name: string }>(built.manifests, 'secretKeyRef').map(({ name }) => name),
    ];
    expect(names).toContain('travel-recharge');
    for (const name of names) expect(guide).toMatch(new RegExp(`secret generic ${name}\\s`));
  });

  it('refers only to what is there', () => {
    for (const { serviceAccountName, volumes = [], containers } of built.podSpecs) {
      expect(serviceAccountName === undefined || built.has('ServiceAccount', serviceAccountName)).toBe(true);
      for (const { configMap, persistentVolumeClaim } of volumes) {
        if (configMap) expect(built.has('ConfigMap', configMap.name)).toBe(true);
        if (persistentVolumeClaim)
          expect(built.has('PersistentVolumeClaim', persistentVolumeClaim.claimName)).toBe(true);
      }
      for (const { envFrom = [], volumeMounts = [] } of containers) {
        const maps = envFrom.flatMap(({ configMapRef }) => (configMapRef ? [configMapRef.name] : []));
        for (const name of maps) expect(built.has('ConfigMap', name)).toBe(true);
        const claims = membersOf<{ metadata: { name: string } }[]>(built.manifests, 'volumeClaimTemplates');
        const known = [
          ...volumes.map(({ name }) => name),
          ...claims.flat().map(({ metadata }) => metadata.name),
        ];
        expect(known).toEqual(expect.arrayContaining(volumeMounts.map(({ name }) => name)));
      }
    }
    for (const { scaleTargetRef } of built.manifests.flatMap((one) =>
      one.kind === 'HorizontalPodAutoscaler'
        ? [(one as unknown as HorizontalPodAutoscaler).spec ?? never()]
        : [],
    ))
      expect(built.has(scaleTargetRef.kind, scaleTargetRef.name)).toBe(true);
  });

  it('selects pods that are there, at ports that they have', () => {
    const selectors = membersOf<{ matchLabels?: Record<string, string> }>(built.manifests, 'podSelector');
    expect(selectors.length).toBeGreaterThan(2);
    for (const { matchLabels } of selectors) expect(built.selected(matchLabels)).not.toEqual([]);
    for (const kind of ['PodDisruptionBudget', 'Deployment']) {
      const [selector] = membersOf<{ matchLabels: Record<string, string> }>(built.get(kind), 'selector');
      expect(built.selected(selector?.matchLabels)).toHaveLength(1);
    }
    const services = built.manifests.filter(({ kind }) => kind === 'Service') as unknown as Service[];
    for (const { spec } of services) {
      const [pod, ...others] = built.selected(spec?.selector);
      expect(others).toEqual([]);
      const named = pod?.spec?.containers.flatMap(({ ports = [] }) => ports.map(({ name }) => name));
      expect(named).toEqual(expect.arrayContaining(spec?.ports?.map(({ targetPort }) => targetPort) ?? []));
    }
    for (const { spec } of built.manifests.filter(
      ({ kind }) => kind === 'ServiceMonitor',
    ) as unknown as Monitor[]) {
      const [service] = services.filter(({ metadata }) =>
        isDeepStrictEqual(metadata?.labels, spec.selector.matchLabels),
      );
      expect(service?.spec?.ports?.map(({ name }) => name)).toEqual(spec.endpoints.map(({ port }) => port));
    }
  });

  it('gives no pod more than it needs', () => {
    for (const { containers, securityContext, automountServiceAccountToken } of built.podSpecs) {
      expect(automountServiceAccountToken).toBe(false);
      expect(securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: expect.any(Number) as number,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      for (const container of containers) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.resources?.requests).toEqual({
          cpu: expect.any(String) as string,
          memory: expect.any(String) as string,
        });
        expect(container.resources?.limits?.memory).toMatch(/^\d+[MG]i$/);
      }
    }
  });

  it('sets what the service knows', () => {
    const known = new Set(
      [...readFileSync(join(ROOT, '.env.example'), 'utf8').matchAll(/^#? ?([A-Z][A-Z_]+)=/gm)].map(
        ([, name]) => name,
      ),
    );
    const { data = {} } = built.get<ConfigMap>('ConfigMap');
    const [container] = built.get<Deployment>('Deployment').spec?.template.spec?.containers ?? [];
    const names = [
      ...Object.keys(data),
      ...(container?.env ?? []).map(({ name }) => name.replace(/_FILE$/, '')),
    ];

    expect(names.filter((name) => !known.has(name))).toEqual([]);
    expect(data.METRICS_PORT).toBe(
      String(container?.ports?.find(({ name }) => name === 'metrics')?.containerPort),
    );
    expect(readFileSync(join(ROOT, 'docker/Dockerfile'), 'utf8')).toContain(
      `PORT=${container?.ports?.find(({ name }) => name === 'http')?.containerPort}`,
    );
  });

  it('lets an old pod answer until nobody asks it any more, and end before the next one is told to', () => {
    const { spec } = built.get<Deployment>('Deployment');
    const { terminationGracePeriodSeconds: grace = 0, containers } = spec?.template.spec ?? never();
    const { data } = built.get<ConfigMap>('ConfigMap');
    const delay = Number(data?.SHUTDOWN_DELAY_MS) / 1_000;
    const { readinessProbe, livenessProbe, startupProbe, resources } = containers[0] ?? never();

    expect(delay).toBeGreaterThan(
      2 * (readinessProbe?.periodSeconds ?? 10) * (readinessProbe?.failureThreshold ?? 3),
    );
    expect(grace).toBeGreaterThan(delay + 10);
    expect(spec?.minReadySeconds).toBeGreaterThanOrEqual(grace);
    expect(readinessProbe?.httpGet).toEqual({ path: '/health/ready', port: 'http' });
    for (const probe of [livenessProbe, startupProbe])
      expect(probe?.httpGet).toEqual({ path: '/health/live', port: 'http' });
    // The heap is not all of it.
    const heap = Number(/=(\d+)/.exec(SERVICE_OPTIONS.join())?.[1]);
    expect(parseInt(String(resources?.limits?.memory))).toBeGreaterThanOrEqual(heap + 200);
  });

  it('asks PostgreSQL for no more connections than it has', () => {
    const autoscaler = built.manifests.find(({ kind }) => kind === 'HorizontalPodAutoscaler');
    const most = (autoscaler as unknown as HorizontalPodAutoscaler | undefined)?.spec?.maxReplicas ?? 1;
    const { data } = built.get<ConfigMap>('ConfigMap');
    // One more than usual is started, and one may not have ended.
    const pods = most + 2;

    expect(pods * (Number(data?.DATABASE_POOL_SIZE ?? 20) + CONNECTIONS_OF_THE_CACHE)).toBeLessThan(
      CONNECTIONS,
    );
  });
});

describeBuilt('the migration, as kubectl or kustomize builds it', () => {
  it('has the image, the namespace and the account of the service', () => {
    const manifests = buildManifests('migration');
    const service = new Built(buildManifests('overlays/small'));

    expect(typeFaultsOf(manifests)).toEqual([]);
    expect(membersOf(manifests, 'namespace')).toEqual([service.get<Manifest>('Namespace').metadata.name]);
    expect(membersOf(manifests, 'image')).toEqual(membersOf(service.get('Deployment'), 'image'));
    expect(membersOf(manifests, 'serviceAccountName')).toEqual(['travel-recharge']);
  });
});

interface Monitor {
  readonly spec: {
    readonly selector: { readonly matchLabels: Record<string, string> };
    readonly endpoints: readonly { readonly port: string }[];
  };
}

function never(): never {
  throw new Error('it is not there');
}

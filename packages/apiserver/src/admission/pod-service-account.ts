// Owns which service account a pod runs as, and that it can act as it: the token, the cluster's authority and its
// namespace as files in every container. Source: Kubernetes admission plugin ServiceAccount.
import { type Clock, type Random, sleep } from '@berth/host';
import { type Draft, forbiddenError, type Pod, pods, type ServiceAccount } from '@berth/objects';
import { type AdmissionPlugin, writeOf } from './plugin.ts';

export interface PodServiceAccountOptions {
  /** The account as it is now; undefined if there is none. Left out: no tokens are issued, so that none are mounted. */
  readonly account: ((namespace: string, name: string) => Promise<ServiceAccount | undefined>) | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

const defaultName = 'default';
const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
const volumePrefix = 'kube-api-access-';
/** Above an hour, so that a token that is refreshed in time never has less than a quarter of it left. */
const tokenSeconds = 3_607;
/** A namespace gets its default account a moment after it was made. Source: Kubernetes 1.32. */
const defaultAttempts = 10;
const attemptMs = 100;

export function podServiceAccount({ account, clock, random }: PodServiceAccountOptions): AdmissionPlugin {
  async function find(namespace: string, name: string): Promise<ServiceAccount | undefined> {
    const attempts = name === defaultName ? defaultAttempts : 1;
    for (let attempt = 1; ; attempt++) {
      const found = await account?.(namespace, name);
      if (found || attempt === attempts) return found;
      await sleep(clock, attemptMs);
    }
  }

  return {
    name: 'ServiceAccount',
    async admit(request) {
      const write = writeOf(request, pods);
      if (request.operation !== 'CREATE' || !write) return;
      const { spec, metadata } = write.draft;
      // A mirror pod stands for a static one, which has no account.
      if (metadata.annotations?.['kubernetes.io/config.mirror']) return;
      // `serviceAccount` is the old name of the field, which is kept in step.
      spec.serviceAccountName ||= spec.serviceAccount || defaultName;
      spec.serviceAccount = spec.serviceAccountName;
      if (!account) return;
      const namespace = request.namespace ?? '';
      const found = await find(namespace, spec.serviceAccountName);
      if (!found)
        throw forbiddenError(
          pods,
          request.name,
          `error looking up service account ${namespace}/${spec.serviceAccountName}: serviceaccount "${spec.serviceAccountName}" not found`,
        );
      if (!spec.imagePullSecrets?.length && found.imagePullSecrets?.length)
        spec.imagePullSecrets = found.imagePullSecrets.map((reference) => ({ ...reference }));
      if (spec.automountServiceAccountToken ?? found.automountServiceAccountToken ?? true) mount(spec, random);
    },
  };
}

/** Containers that have something of their own at the path keep it. */
function mount(spec: Draft<Pod>['spec'], random: Random): void {
  const containers = [...(spec.initContainers ?? []), ...spec.containers].filter(
    ({ volumeMounts }) => !volumeMounts?.some((found) => found.mountPath === mountPath),
  );
  if (containers.length === 0) return;
  const volume = spec.volumes?.find(({ name }) => name.startsWith(volumePrefix));
  const name = volume?.name ?? volumePrefix + random.suffix(5);
  for (const container of containers)
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath }];
  if (!volume) spec.volumes = [...(spec.volumes ?? []), accessVolume(name)];
}

function accessVolume(name: string): NonNullable<Draft<Pod>['spec']['volumes']>[number] {
  return {
    name,
    projected: {
      defaultMode: 0o644,
      sources: [
        { serviceAccountToken: { expirationSeconds: tokenSeconds, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
          },
        },
      ],
    },
  };
}

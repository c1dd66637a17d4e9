// Owns the static manifest directory: pods that run because a file says so, whether the API server answers or not.
import { createHash } from 'node:crypto';
import { watch } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, type Logger, sleep } from '@berth/host';
import { deepFreeze, type Pod } from '@berth/objects';
import { parse } from 'yaml';
import { whenAborted } from '../when-aborted.ts';

export const mirrorAnnotations = {
  /** On the mirror in the API: the hash of the static pod that it shows. */
  mirror: 'kubernetes.io/config.mirror',
  hash: 'kubernetes.io/config.hash',
  source: 'kubernetes.io/config.source',
  seen: 'kubernetes.io/config.seen',
} as const;

/** Changes are also looked for without a notice, for file systems that give none. */
const lookMs = 20_000;
/** Files are written in pieces: the notices of one change are taken together. */
const settleMs = 200;

export interface ManifestsOptions {
  readonly directory: string;
  readonly nodeName: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The static pods whenever they may have changed, at once to begin with. A file that is no pod is left out. */
export async function* followManifests(
  options: ManifestsOptions,
  signal: AbortSignal,
): AsyncGenerator<ReadonlyMap<string, Pod>> {
  await mkdir(options.directory, { recursive: true });
  let noticed = new AbortController();
  const watcher = watch(options.directory, () => noticed.abort());
  whenAborted(signal, () => watcher.close());
  while (!signal.aborted) {
    const found = await readManifests(options).catch((err: unknown) => {
      // The pods of a directory that cannot be read for now go on running.
      options.log.warn({ err }, 'could not read the static manifests');
      return undefined;
    });
    if (found) yield found;
    await sleep(options.clock, lookMs, AbortSignal.any([signal, noticed.signal]));
    await sleep(options.clock, settleMs, signal);
    noticed = new AbortController();
  }
}

async function readManifests({ directory, nodeName, log }: ManifestsOptions): Promise<ReadonlyMap<string, Pod>> {
  const pods = new Map<string, Pod>();
  for (const name of (await readdir(directory)).sort()) {
    if (name.startsWith('.') || !/\.(ya?ml|json)$/.test(name)) continue;
    try {
      const pod = staticPod(await readFile(join(directory, name), 'utf8'), nodeName);
      pods.set(pod.metadata.uid, pod);
    } catch (err) {
      log.warn({ err, file: name }, 'a static manifest is no pod');
    }
  }
  return pods;
}

/** The same file on the same node is the same pod, also after a restart of the agent. */
export function staticPod(text: string, nodeName: string): Pod {
  const manifest: unknown = parse(text);
  if (!isPod(manifest)) throw new Error('expected a v1 Pod with a name and containers');
  const hash = createHash('sha256').update(`${nodeName}\0${text}`).digest('hex').slice(0, 32);
  const { metadata, spec } = manifest;
  return deepFreeze({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadata,
      name: `${metadata.name}-${nodeName}`,
      namespace: metadata.namespace ?? 'default',
      uid: hash,
      resourceVersion: '0',
      creationTimestamp: '',
      annotations: { ...metadata.annotations, [mirrorAnnotations.hash]: hash, [mirrorAnnotations.source]: 'file' },
    },
    spec: {
      ...spec,
      nodeName,
      // A static pod is tied to its node: no taint drives it away.
      tolerations: [...(spec.tolerations ?? []), { operator: 'Exists', effect: 'NoExecute' }],
    },
    status: {},
  } satisfies Pod);
}

function isPod(value: unknown): value is Pick<Pod, 'metadata' | 'spec'> {
  if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== 'Pod') return false;
  if (!('metadata' in value) || !('spec' in value)) return false;
  const { metadata, spec } = value;
  const isNamed = typeof metadata === 'object' && metadata !== null && 'name' in metadata && Boolean(metadata.name);
  const isFilled = typeof spec === 'object' && spec !== null && 'containers' in spec && Array.isArray(spec.containers);
  return isNamed && isFilled;
}

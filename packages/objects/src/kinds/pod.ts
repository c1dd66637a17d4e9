// Owns what a person can know about Pod beyond the API facts; its defaults, its summary and the rules of its updates
// stand in the files beside this one.
import type { Pod } from '../api/types.ts';
import { forbidden } from '../errors/field-error.ts';
import { podQuota } from '../quota/pod-usage.ts';
import { pods } from '../resource.ts';
import { validatePodSpec } from '../validation/pod-spec.ts';
import { ageColumn, ageOf, columnOf, nameColumn, orNone } from './columns.ts';
import { ephemeralContainersPart } from './ephemeral-containers.ts';
import type { Kind } from './kind.ts';
import { setPodDefaults, setPodSpecDefaults } from './pod-defaults.ts';
import { podQualityOf } from './pod-quality.ts';
import { summarizePod } from './pod-summary.ts';
import { validatePodUpdate } from './pod-update.ts';

export const podKind: Kind<Pod> = {
  resource: pods,
  nameRule: 'dns-subdomain',
  returnsDeleted: true,
  subresources: [
    'status',
    'binding',
    'eviction',
    'log',
    'exec',
    'attach',
    'portforward',
    'proxy',
    'ephemeralcontainers',
  ],
  countsGenerations: false,

  setDefaults(draft) {
    setPodSpecDefaults(draft.spec);
    setPodDefaults(draft.spec);
  },
  prepareForCreate(draft) {
    draft.status = { phase: 'Pending', qosClass: podQualityOf(draft.spec) };
    if (draft.spec.schedulingGates?.length)
      draft.status.conditions = [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'SchedulingGated',
          message: 'Scheduling is blocked due to non-empty scheduling gates',
        },
      ];
  },
  prepareForUpdate(draft, old) {
    Object.assign(draft, { status: old.status });
  },
  prepareForStatusUpdate(draft, old) {
    Object.assign(draft, { spec: old.spec });
    const { ownerReferences } = old.metadata;
    Object.assign(draft.metadata, { ownerReferences });
    draft.status.qosClass ??= old.status.qosClass;
  },

  validate: ({ spec }) => validatePodSpec('spec', spec, { inTemplate: false }),
  // They come through a subresource of their own.
  validateCreate: ({ spec }) =>
    spec.ephemeralContainers?.length ? [forbidden('spec.ephemeralContainers', 'cannot be set on create')] : [],
  validateUpdate: validatePodUpdate,
  parts: { ephemeralcontainers: ephemeralContainersPart },

  columns: [
    nameColumn,
    columnOf('Ready', 'The aggregate readiness state of this pod for accepting traffic.', (pod) => {
      const { readyContainers, totalContainers } = summarizePod(pod);
      return `${readyContainers}/${totalContainers}`;
    }),
    columnOf('Status', 'The aggregate status of the containers in this pod.', (pod) => summarizePod(pod).reason),
    columnOf(
      'Restarts',
      'The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.',
      (pod, now) => {
        const { restarts, lastRestart } = summarizePod(pod);
        if (restarts === 0 || lastRestart === undefined) return String(restarts);
        return `${restarts} (${ageOf(new Date(lastRestart).toISOString(), now)} ago)`;
      },
    ),
    ageColumn,
    columnOf('IP', 'The address of the pod.', ({ status }) => orNone(status.podIPs?.[0]?.ip ?? status.podIP), 1),
    columnOf('Node', 'The node on which the pod runs.', ({ spec }) => orNone(spec.nodeName), 1),
    columnOf(
      'Nominated Node',
      'The node on which room is being made for the pod.',
      ({ status }) => orNone(status.nominatedNodeName),
      1,
    ),
    columnOf('Readiness Gates', 'Conditions of others that must hold before the pod is ready.', readinessGates, 1),
  ],

  fieldSelectors: {
    'spec.nodeName': ({ spec }) => spec.nodeName ?? '',
    'spec.restartPolicy': ({ spec }) => spec.restartPolicy ?? '',
    'spec.schedulerName': ({ spec }) => spec.schedulerName ?? '',
    'spec.serviceAccountName': ({ spec }) => spec.serviceAccountName ?? '',
    'spec.hostNetwork': ({ spec }) => String(spec.hostNetwork ?? false),
    'status.phase': ({ status }) => status.phase ?? '',
    'status.podIP': ({ status }) => status.podIP ?? '',
    'status.podIPs': ({ status }) => (status.podIPs ?? []).map(({ ip }) => ip).join(','),
    'status.nominatedNodeName': ({ status }) => status.nominatedNodeName ?? '',
  },

  quota: podQuota,
  gracePeriodSeconds({ spec, status }) {
    if (!spec.nodeName || status.phase === 'Succeeded' || status.phase === 'Failed') return 0;
    const seconds = spec.terminationGracePeriodSeconds ?? 30;
    return seconds < 0 ? 1 : seconds;
  },
};

function readinessGates({ spec, status }: Pod): string {
  const gates = spec.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const holding = gates.filter(({ conditionType }) =>
    status.conditions?.some(({ type, status: holds }) => type === conditionType && holds === 'True'),
  );
  return `${holding.length}/${gates.length}`;
}

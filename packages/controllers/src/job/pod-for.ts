// Owns the pod that a job makes: what the template says, kept until it is counted, and at its index if it has one. Pure.
import {
  type Container,
  completionIndexName,
  ignoredIndexFailureCount,
  indexFailureCount,
  type Job,
  jobTrackingFinalizer,
  type New,
  type Pod,
} from '@berth/objects';
import { podOfTemplate } from '../pod-template.ts';
import type { Wanted } from './decide.ts';
import { meaningOf } from './failure-policy.ts';
import { failuresBefore } from './pods.ts';

/** Of a name, to which the server adds five more characters. */
const longestPrefix = 58;
const indexVariable = 'JOB_COMPLETION_INDEX';

export function podFor(job: Job, { index, after }: Wanted): New<Pod> {
  const pod = podOfTemplate(job, job.spec.template);
  const finalizers = [...new Set([...(pod.metadata.finalizers ?? []), jobTrackingFinalizer])];
  if (index === undefined) return { ...pod, metadata: { ...pod.metadata, finalizers } };
  const { name } = job.metadata;
  const suffix = `-${index}-`;
  const ofIndex = { [completionIndexName]: String(index) };
  const annotations = { ...pod.metadata.annotations, ...ofIndex, ...failureCounts(job, after) };
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      finalizers,
      generateName: `${name.slice(0, longestPrefix - suffix.length)}${suffix}`,
      labels: { ...pod.metadata.labels, ...ofIndex },
      annotations,
    },
    spec: {
      ...pod.spec,
      hostname: `${name}-${index}`,
      containers: pod.spec.containers.map(withIndexVariable),
      ...(pod.spec.initContainers ? { initContainers: pod.spec.initContainers.map(withIndexVariable) } : {}),
    },
  };
}

function withIndexVariable(container: Container): Container {
  const { env = [] } = container;
  if (env.some(({ name }) => name === indexVariable)) return container;
  const valueFrom = { fieldRef: { fieldPath: `metadata.labels['${completionIndexName}']` } };
  return { ...container, env: [...env, { name: indexVariable, valueFrom }] };
}

/** Where each index has a limit, its pods remember how many failed before them. */
function failureCounts(job: Job, after: Pod | undefined): Readonly<Record<string, string>> {
  if (job.spec.backoffLimitPerIndex === undefined) return {};
  if (!after) return { [indexFailureCount]: '0' };
  const { counted, ignored } = failuresBefore(after);
  const isIgnored = meaningOf(after, job).action === 'Ignore';
  return {
    [indexFailureCount]: String(counted + (isIgnored ? 0 : 1)),
    ...(isIgnored || ignored > 0 ? { [ignoredIndexFailureCount]: String(ignored + (isIgnored ? 1 : 0)) } : {}),
  };
}

// Owns the defaults of a pod's spec, wherever it stands: what Kubernetes fills in when nothing is said.
import type {
  Container,
  EphemeralContainer,
  HTTPGetAction,
  ObjectFieldSelector,
  PodSpec,
  Probe,
  Volume,
} from '../api/types.ts';
import type { Draft } from '../object.ts';

const DEFAULT_FILE_MODE = 0o644;

export function setPodSpecDefaults(spec: Draft<PodSpec>): void {
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.restartPolicy ||= 'Always';
  spec.terminationGracePeriodSeconds ??= 30;
  spec.securityContext ??= {};
  spec.schedulerName ||= 'default-scheduler';
  // Two names for one thing: the older is kept in step for those who read it.
  const account = spec.serviceAccountName || spec.serviceAccount;
  if (account) {
    spec.serviceAccountName = account;
    spec.serviceAccount = account;
  }
  for (const volume of spec.volumes ?? []) setVolumeDefaults(volume);
  for (const container of containersOf(spec)) setContainerDefaults(container);
}

/** What only pods get, and templates do not. */
export function setPodDefaults(spec: Draft<PodSpec>): void {
  spec.enableServiceLinks ??= true;
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    const { resources, ports } = container;
    // Whoever says a limit and no request asks for all of it.
    if (resources?.limits) resources.requests = { ...resources.limits, ...resources.requests };
    if (spec.hostNetwork) for (const port of ports ?? []) port.hostPort ||= port.containerPort;
  }
}

function containersOf(spec: Draft<PodSpec>): Draft<Container | EphemeralContainer>[] {
  return [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])];
}

function setContainerDefaults(container: Draft<Container | EphemeralContainer>): void {
  container.imagePullPolicy ||= hasFixedTag(container.image ?? '') ? 'IfNotPresent' : 'Always';
  container.terminationMessagePath ||= '/dev/termination-log';
  container.terminationMessagePolicy ||= 'File';
  for (const { valueFrom } of container.env ?? []) setFieldRefDefaults(valueFrom?.fieldRef);
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe])
    if (probe) setProbeDefaults(probe);
  setHttpDefaults(container.lifecycle?.postStart?.httpGet);
  setHttpDefaults(container.lifecycle?.preStop?.httpGet);
}

/** Whether an image names a tag other than `latest`, or a digest. */
function hasFixedTag(image: string): boolean {
  if (image.includes('@')) return true;
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag !== undefined && tag !== 'latest';
}

function setProbeDefaults(probe: Draft<Probe>): void {
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  setHttpDefaults(probe.httpGet);
}

function setHttpDefaults(action: Draft<HTTPGetAction> | undefined): void {
  if (!action) return;
  action.path ||= '/';
  action.scheme ||= 'HTTP';
}

function setFieldRefDefaults(reference: Draft<ObjectFieldSelector> | undefined): void {
  if (reference) reference.apiVersion ||= 'v1';
}

function setVolumeDefaults(volume: Draft<Volume>): void {
  if (Object.keys(volume).every((key) => key === 'name')) volume.emptyDir = {};
  if (volume.hostPath) volume.hostPath.type ??= '';
  for (const source of [volume.secret, volume.configMap, volume.downwardAPI, volume.projected])
    if (source) source.defaultMode ??= DEFAULT_FILE_MODE;
  for (const item of volume.downwardAPI?.items ?? []) setFieldRefDefaults(item.fieldRef);
  for (const { serviceAccountToken, downwardAPI } of volume.projected?.sources ?? []) {
    if (serviceAccountToken) serviceAccountToken.expirationSeconds ??= 3600;
    for (const item of downwardAPI?.items ?? []) setFieldRefDefaults(item.fieldRef);
  }
}

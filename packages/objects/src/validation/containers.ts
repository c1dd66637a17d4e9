// Owns validation of containers: those of a pod, its init containers and its ephemeral ones.
import type {
  Container,
  ContainerPort,
  EphemeralContainer,
  SecurityContext,
  Volume,
  VolumeMount,
} from '../api/types.ts';
import { duplicate, type FieldError, forbidden, invalid, notFound, required } from '../errors/field-error.ts';
import { validateEnvironment, validateEnvironmentFrom } from './environment.ts';
import { choice, portNumberOrName, problemsOf, protocols, requiredChoice, requiredText } from './field-checks.ts';
import { dns1123LabelProblems, portNameProblems, portNumberProblems, rangeProblem } from './names.ts';
import { validateProbes } from './probes.ts';
import { validateResources } from './resources.ts';
import { relativePath } from './volumes.ts';

export interface ContainerSurroundings {
  readonly volumes: readonly Volume[];
  readonly hostNetwork: boolean;
  /** In a template a host port may be left out: it is set when the pod is made. */
  readonly inTemplate: boolean;
}

/** What every container must be, alone. */
function validateContainer(
  field: string,
  container: Container | EphemeralContainer,
  surroundings: ContainerSurroundings,
): FieldError[] {
  return [
    ...requiredText(`${field}.name`, container.name, dns1123LabelProblems),
    ...validateImage(`${field}.image`, container.image),
    ...requiredChoice(`${field}.terminationMessagePolicy`, container.terminationMessagePolicy, [
      'File',
      'FallbackToLogsOnError',
    ]),
    ...validatePorts(`${field}.ports`, container.ports ?? [], surroundings),
    ...validateEnvironment(`${field}.env`, container.env ?? []),
    ...validateEnvironmentFrom(`${field}.envFrom`, container.envFrom ?? []),
    ...validateMounts(`${field}.volumeMounts`, container, surroundings.volumes),
    ...requiredChoice(`${field}.imagePullPolicy`, container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never']),
    ...validateResources(`${field}.resources`, container.resources ?? {}),
    ...(container.securityContext ? validateSecurity(`${field}.securityContext`, container.securityContext) : []),
  ];
}

function validateImage(field: string, image: string | undefined): FieldError[] {
  if (!image) return [required(field)];
  return image.trim() === image ? [] : [invalid(field, image, 'must not have leading or trailing whitespace')];
}

function validatePorts(
  field: string,
  ports: readonly ContainerPort[],
  { hostNetwork, inTemplate }: ContainerSurroundings,
): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap(({ name, containerPort, hostPort, protocol }, index) => {
    const item = `${field}[${index}]`;
    const errors: FieldError[] = [];
    if (name) {
      const problems = portNameProblems(name);
      errors.push(...problemsOf(`${item}.name`, name, problems));
      if (problems.length === 0 && names.has(name)) errors.push(duplicate(`${item}.name`, name));
      names.add(name);
    }
    if (containerPort) errors.push(...portNumberOrName(`${item}.containerPort`, containerPort));
    else errors.push(required(`${item}.containerPort`));
    if (hostPort) errors.push(...problemsOf(`${item}.hostPort`, hostPort, portNumberProblems(hostPort)));
    errors.push(...requiredChoice(`${item}.protocol`, protocol, protocols));
    if (hostNetwork && hostPort !== containerPort && !(inTemplate && !hostPort))
      errors.push(invalid(`${item}.containerPort`, containerPort, 'must match `hostPort` when `hostNetwork` is true'));
    return errors;
  });
}

const propagations = ['Bidirectional', 'HostToContainer', 'None'];

function validateMounts(
  field: string,
  container: Container | EphemeralContainer,
  volumes: readonly Volume[],
): FieldError[] {
  const paths = new Set<string>();
  return (container.volumeMounts ?? []).flatMap((mount, index) => {
    const item = `${field}[${index}]`;
    const errors: FieldError[] = [];
    if (!mount.name) errors.push(required(`${item}.name`));
    if (!volumes.some(({ name }) => name === mount.name)) errors.push(notFound(`${item}.name`, mount.name));
    if (!mount.mountPath) errors.push(required(`${item}.mountPath`));
    if (paths.has(mount.mountPath)) errors.push(invalid(`${item}.mountPath`, mount.mountPath, 'must be unique'));
    paths.add(mount.mountPath);
    return [...errors, ...validateSubPaths(field, item, mount), ...validatePropagation(item, mount, container)];
  });
}

/** Kubernetes names the list, not the item, where a sub-path leaves its volume. */
function validateSubPaths(field: string, item: string, { subPath, subPathExpr }: VolumeMount): FieldError[] {
  const errors = subPath ? relativePath(`${field}.subPath`, subPath) : [];
  if (!subPathExpr) return errors;
  if (subPath)
    errors.push(invalid(`${item}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
  return [...errors, ...relativePath(`${field}.subPathExpr`, subPathExpr)];
}

function validatePropagation(
  item: string,
  { mountPropagation }: VolumeMount,
  { securityContext }: Container | EphemeralContainer,
): FieldError[] {
  const field = `${item}.mountPropagation`;
  if (mountPropagation === 'Bidirectional' && !securityContext?.privileged)
    return [forbidden(field, 'Bidirectional mount propagation is available only to privileged containers')];
  return choice(field, mountPropagation, propagations);
}

const MAX_ID = 2 ** 31 - 1;

export function validateId(field: string, id: number | undefined): FieldError[] {
  return id !== undefined && (id < 0 || id > MAX_ID) ? [invalid(field, id, rangeProblem(0, MAX_ID))] : [];
}

export function validateSeccomp(field: string, profile: SecurityContext['seccompProfile']): FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile } = profile;
  const errors = type
    ? choice(`${field}.type`, type, ['Localhost', 'RuntimeDefault', 'Unconfined'])
    : [required(`${field}.type`, 'type is required when seccompProfile is set')];
  if (type === 'Localhost')
    errors.push(
      ...(localhostProfile
        ? relativePath(`${field}.localhostProfile`, localhostProfile)
        : [required(`${field}.localhostProfile`, 'must be set when seccomp type is Localhost')]),
    );
  else if (localhostProfile !== undefined)
    errors.push(
      invalid(`${field}.localhostProfile`, localhostProfile, 'can only be set when seccomp type is Localhost'),
    );
  return errors;
}

function validateSecurity(field: string, context: SecurityContext): FieldError[] {
  const errors = [
    ...validateId(`${field}.runAsUser`, context.runAsUser),
    ...validateId(`${field}.runAsGroup`, context.runAsGroup),
    ...choice(`${field}.procMount`, context.procMount, ['Default', 'Unmasked']),
    ...validateSeccomp(`${field}.seccompProfile`, context.seccompProfile),
  ];
  if (context.allowPrivilegeEscalation === false && context.privileged)
    errors.push(invalid(field, context, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'));
  return errors;
}

/** Names must differ among all of a pod's containers. */
function validateNames(
  field: string,
  containers: readonly { readonly name: string }[],
  taken: Set<string>,
): FieldError[] {
  return containers.flatMap(({ name }, index) => {
    const errors = name && taken.has(name) ? [duplicate(`${field}[${index}].name`, name)] : [];
    taken.add(name);
    return errors;
  });
}

/** One host port serves one container. */
function validateHostPorts(field: string, containers: readonly Container[]): FieldError[] {
  const taken = new Set<string>();
  return containers.flatMap(({ ports = [] }, container) =>
    ports.flatMap(({ hostPort, hostIP = '', protocol }, port) => {
      if (!hostPort) return [];
      const key = `${protocol}/${hostIP}/${hostPort}`;
      const errors = taken.has(key) ? [duplicate(`${field}[${container}].ports[${port}].hostPort`, key)] : [];
      taken.add(key);
      return errors;
    }),
  );
}

export function validateContainers(
  field: string,
  containers: readonly Container[],
  surroundings: ContainerSurroundings & { readonly taken: Set<string> },
): FieldError[] {
  if (containers.length === 0) return [required(field)];
  return [
    ...containers.flatMap((container, index) => {
      const item = `${field}[${index}]`;
      const errors = [...validateContainer(item, container, surroundings), ...validateProbes(item, container)];
      if (container.restartPolicy)
        errors.push(forbidden(`${item}.restartPolicy`, 'may not be set for non-init containers'));
      return errors;
    }),
    ...validateNames(field, containers, surroundings.taken),
    ...validateHostPorts(field, containers),
  ];
}

const probes = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;

export function validateInitContainers(
  field: string,
  containers: readonly Container[],
  surroundings: ContainerSurroundings & { readonly taken: Set<string> },
): FieldError[] {
  return [
    ...containers.flatMap((container, index) => {
      const item = `${field}[${index}]`;
      const errors = validateContainer(item, container, surroundings);
      errors.push(...choice(`${item}.restartPolicy`, container.restartPolicy, ['Always']));
      // One that is restarted runs beside the others, and may be probed like them.
      if (container.restartPolicy === 'Always') return [...errors, ...validateProbes(item, container)];
      for (const name of probes)
        if (container[name])
          errors.push(forbidden(`${item}.${name}`, 'may not be set for init containers without restartPolicy=Always'));
      return errors;
    }),
    ...validateNames(field, containers, surroundings.taken),
  ];
}

const notEphemeral = [
  'ports',
  'resources',
  'lifecycle',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'resizePolicy',
  'restartPolicy',
] as const;

export function validateEphemeralContainers(
  field: string,
  containers: readonly EphemeralContainer[],
  surroundings: ContainerSurroundings & { readonly taken: Set<string> },
): FieldError[] {
  const forbiddenHere = 'cannot be set for an Ephemeral Container';
  return [
    ...containers.flatMap((container, index) => {
      const item = `${field}[${index}]`;
      const { targetContainerName, volumeMounts = [] } = container;
      // The names of all containers that are no ephemeral ones, by now.
      const isLost = targetContainerName && !surroundings.taken.has(targetContainerName);
      return [
        ...validateContainer(item, container, surroundings),
        ...notEphemeral
          .filter((name) => isSet(container[name]))
          .map((name) => forbidden(`${item}.${name}`, forbiddenHere)),
        ...volumeMounts.flatMap((mount, at) =>
          (['subPath', 'subPathExpr'] as const)
            .filter((name) => mount[name])
            .map((name) => forbidden(`${item}.volumeMounts[${at}].${name}`, forbiddenHere)),
        ),
        ...(isLost ? [notFound(`${item}.targetContainerName`, targetContainerName)] : []),
      ];
    }),
    ...validateNames(field, containers, surroundings.taken),
  ];
}

/** An empty struct or list says nothing. */
function isSet(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value !== undefined && value !== null;
  return Object.keys(value).length > 0;
}

// Owns validation of probes and of the handlers that they share with a container's life cycle.
import type { Lifecycle, LifecycleHandler, Probe } from '../api/types.ts';
import { type FieldError, forbidden, invalid, required } from '../errors/field-error.ts';
import { notNegative, portNumberOrName, problemsOf, requiredChoice } from './field-checks.ts';
import { headerNameProblems, portNumberProblems } from './names.ts';

interface Handler extends LifecycleHandler {
  readonly grpc?: Probe['grpc'];
}

function validateHandler(field: string, handler: Handler): FieldError[] {
  const errors: FieldError[] = [];
  let handlers = 0;
  function another(name: string): boolean {
    handlers++;
    if (handlers === 1) return true;
    errors.push(forbidden(`${field}.${name}`, 'may not specify more than 1 handler type'));
    return false;
  }
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  if (exec && another('exec') && !exec.command?.length) errors.push(required(`${field}.exec.command`));
  if (httpGet && another('httpGet')) {
    const path = `${field}.httpGet`;
    if (!httpGet.path) errors.push(required(`${path}.path`));
    errors.push(...portNumberOrName(`${path}.port`, httpGet.port));
    errors.push(...requiredChoice(`${path}.scheme`, httpGet.scheme, ['HTTP', 'HTTPS']));
    for (const { name } of httpGet.httpHeaders ?? [])
      errors.push(...problemsOf(`${path}.httpHeaders`, name, headerNameProblems(name)));
  }
  if (tcpSocket && another('tcpSocket')) errors.push(...portNumberOrName(`${field}.tcpSocket.port`, tcpSocket.port));
  if (grpc && another('grpc'))
    errors.push(...problemsOf(`${field}.grpc.port`, grpc.port, portNumberProblems(grpc.port)));
  if (sleep && another('sleep')) errors.push(...notNegative(`${field}.sleep.seconds`, sleep.seconds));
  if (handlers === 0) errors.push(required(field, 'must specify a handler type'));
  return errors;
}

/** `mustSucceedOnce`: of liveness and startup probes the success threshold is fixed. */
function validateProbe(field: string, probe: Probe, mustSucceedOnce: boolean): FieldError[] {
  const errors = validateHandler(field, probe);
  for (const name of [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ] as const)
    errors.push(...notNegative(`${field}.${name}`, probe[name]));
  const { terminationGracePeriodSeconds: grace, successThreshold } = probe;
  if (grace !== undefined && grace <= 0)
    errors.push(invalid(`${field}.terminationGracePeriodSeconds`, grace, 'must be greater than 0'));
  if (mustSucceedOnce && successThreshold !== 1)
    errors.push(invalid(`${field}.successThreshold`, successThreshold ?? 0, 'must be 1'));
  if (!mustSucceedOnce && grace !== undefined)
    errors.push(invalid(`${field}.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes'));
  return errors;
}

interface Probed {
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
  readonly lifecycle?: Lifecycle;
}

export function validateProbes(field: string, container: Probed): FieldError[] {
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  return [
    ...(lifecycle?.postStart ? validateHandler(`${field}.lifecycle.postStart`, lifecycle.postStart) : []),
    ...(lifecycle?.preStop ? validateHandler(`${field}.lifecycle.preStop`, lifecycle.preStop) : []),
    ...(livenessProbe ? validateProbe(`${field}.livenessProbe`, livenessProbe, true) : []),
    ...(readinessProbe ? validateProbe(`${field}.readinessProbe`, readinessProbe, false) : []),
    ...(startupProbe ? validateProbe(`${field}.startupProbe`, startupProbe, true) : []),
  ];
}

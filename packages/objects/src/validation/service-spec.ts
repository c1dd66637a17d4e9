// Owns validation of a service's spec.
import { isIP } from 'node:net';
import type { ServicePort, ServiceSpec } from '../api/types.ts';
import { duplicate, type FieldError, forbidden, invalid, notSupported, required } from '../errors/field-error.ts';
import {
  address,
  addressProblem,
  choice,
  labels,
  portNumberOrName,
  problemsOf,
  protocols,
  requiredChoice,
} from './field-checks.ts';
import {
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  portNumberProblems,
  qualifiedNameProblems,
  rangeProblem,
} from './names.ts';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const MAX_AFFINITY_SECONDS = 86_400;
const KUBELET_PORT = 10_250;

function isHeadless({ clusterIP, clusterIPs }: ServiceSpec): boolean {
  return clusterIP === 'None' || clusterIPs?.[0] === 'None';
}

export function validateServiceSpec(spec: ServiceSpec): FieldError[] {
  const { ports = [], type } = spec;
  const errors: FieldError[] = [];
  if (ports.length === 0 && !isHeadless(spec) && type !== 'ExternalName') errors.push(required('spec.ports'));
  errors.push(...validateByType(spec), ...validatePorts(spec));
  errors.push(
    ...labels('spec.selector', spec.selector),
    ...validateAffinity(spec),
    ...requiredChoice('spec.type', type, types),
    ...(spec.externalIPs ?? []).flatMap((ip, index) => address(`spec.externalIPs[${index}]`, ip)),
    ...validateClusterAddresses(spec),
    ...validateTrafficPolicies(spec),
    ...choice('spec.ipFamilyPolicy', spec.ipFamilyPolicy, ['PreferDualStack', 'RequireDualStack', 'SingleStack']),
    ...(spec.ipFamilies ?? []).flatMap((family, index) =>
      choice(`spec.ipFamilies[${index}]`, family, ['IPv4', 'IPv6']),
    ),
  );
  if (type !== 'LoadBalancer' && spec.loadBalancerClass !== undefined)
    errors.push(forbidden('spec.loadBalancerClass', "may only be used when `type` is 'LoadBalancer'"));
  return errors;
}

function validateByType(spec: ServiceSpec): FieldError[] {
  const { type, externalName = '', clusterIPs = [], ports = [] } = spec;
  switch (type) {
    case 'LoadBalancer':
    case 'NodePort': {
      const errors = isHeadless(spec)
        ? [invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`)]
        : [];
      if (type === 'LoadBalancer')
        for (const [index, { port }] of ports.entries())
          if (port === KUBELET_PORT)
            errors.push(
              invalid(
                `spec.ports[${index}]`,
                port,
                `may not expose port ${KUBELET_PORT} externally since it is used by kubelet`,
              ),
            );
      return errors;
    }
    case 'ExternalName': {
      const errors: FieldError[] = [];
      if (clusterIPs.length > 0) errors.push(forbidden('spec.clusterIPs', 'may not be set for ExternalName services'));
      if (!externalName) errors.push(required('spec.externalName'));
      const name = externalName.replace(/\.$/, '');
      if (name) errors.push(...problemsOf('spec.externalName', name, dns1123SubdomainProblems(name)));
      return errors;
    }
    default:
      return [];
  }
}

function validatePorts({ ports = [], type }: ServiceSpec): FieldError[] {
  const names = new Set<string>();
  const numbers = new Set<string>();
  const nodePorts = new Set<string>();
  return ports.flatMap((port, index) => {
    const item = `spec.ports[${index}]`;
    const errors = validatePort(item, port, ports.length > 1);
    if (port.name && names.has(port.name)) errors.push(duplicate(`${item}.name`, port.name));
    if (port.name) names.add(port.name);
    const number = `${port.protocol}/${port.port}`;
    if (numbers.has(number)) errors.push(duplicatePort(item, port));
    numbers.add(number);
    if (!port.nodePort) return errors;
    if (type === 'ClusterIP') errors.push(forbidden(`${item}.nodePort`, "may not be used when `type` is 'ClusterIP'"));
    const nodePort = `${port.protocol}/${port.nodePort}`;
    if (nodePorts.has(nodePort)) errors.push(duplicate(`${item}.nodePort`, port.nodePort));
    nodePorts.add(nodePort);
    return errors;
  });
}

/** Kubernetes shows what is the same of the two ports as Go would print it. */
function duplicatePort(field: string, { protocol, port }: ServicePort): FieldError {
  const shown = `core.ServicePort{Name:"", Protocol:"${protocol}", AppProtocol:(*string)(nil), Port:${port}, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}`;
  return { type: 'FieldValueDuplicate', field, message: `Duplicate value: ${shown}` };
}

function validatePort(field: string, port: ServicePort, named: boolean): FieldError[] {
  const { name, appProtocol } = port;
  const errors: FieldError[] = [];
  if (name) errors.push(...problemsOf(`${field}.name`, name, dns1123LabelProblems(name)));
  else if (named) errors.push(required(`${field}.name`));
  errors.push(
    ...problemsOf(`${field}.port`, port.port, portNumberProblems(port.port)),
    ...requiredChoice(`${field}.protocol`, port.protocol, protocols),
    ...portNumberOrName(`${field}.targetPort`, port.targetPort),
  );
  if (appProtocol !== undefined)
    errors.push(...problemsOf(`${field}.appProtocol`, appProtocol, qualifiedNameProblems(appProtocol)));
  if (port.nodePort) errors.push(...problemsOf(`${field}.nodePort`, port.nodePort, portNumberProblems(port.nodePort)));
  return errors;
}

function validateAffinity({ sessionAffinity, sessionAffinityConfig }: ServiceSpec): FieldError[] {
  const errors = requiredChoice('spec.sessionAffinity', sessionAffinity, ['ClientIP', 'None']);
  const field = 'spec.sessionAffinityConfig';
  if (sessionAffinity === 'None' && sessionAffinityConfig)
    errors.push(forbidden(field, 'must not be set when session affinity is None'));
  const seconds = sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (sessionAffinity === 'ClientIP' && seconds !== undefined && (seconds <= 0 || seconds > MAX_AFFINITY_SECONDS))
    errors.push(invalid(`${field}.clientIP.timeoutSeconds`, seconds, rangeProblem(1, MAX_AFFINITY_SECONDS)));
  return errors;
}

function validateClusterAddresses({ type, clusterIP, clusterIPs = [] }: ServiceSpec): FieldError[] {
  if (type === 'ExternalName') return [];
  const field = 'spec.clusterIPs';
  const [first] = clusterIPs;
  if (!first) return clusterIP ? [required(field)] : [];
  const errors: FieldError[] = [];
  if (first !== clusterIP) errors.push(invalid(field, clusterIPs, 'first value must match `clusterIP`'));
  if (clusterIPs.length > 2) errors.push(invalid(field, clusterIPs, 'may only hold up to 2 values'));
  if (first === 'None') {
    if (clusterIPs.length > 1) errors.push(invalid(field, clusterIPs, "'None' must be the first and only value"));
    return errors;
  }
  for (const [index, ip] of clusterIPs.entries())
    if (!isIP(ip)) errors.push(invalid(`${field}[${index}]`, ip, addressProblem));
  return errors;
}

function validateTrafficPolicies(spec: ServiceSpec): FieldError[] {
  const { type, externalTrafficPolicy, internalTrafficPolicy, healthCheckNodePort } = spec;
  const errors: FieldError[] = [];
  const reachable = type === 'LoadBalancer' || type === 'NodePort' || (spec.externalIPs?.length ?? 0) > 0;
  if (externalTrafficPolicy && !reachable)
    errors.push(
      invalid(
        'spec.externalTrafficPolicy',
        externalTrafficPolicy,
        'may only be set for externally-accessible services',
      ),
    );
  else if (externalTrafficPolicy)
    errors.push(...choice('spec.externalTrafficPolicy', externalTrafficPolicy, ['Cluster', 'Local']));
  if (internalTrafficPolicy && !['Cluster', 'Local'].includes(internalTrafficPolicy))
    errors.push(notSupported('spec.internalTrafficPolicy', internalTrafficPolicy, ['Cluster', 'Local']));
  if (healthCheckNodePort && !(type === 'LoadBalancer' && externalTrafficPolicy === 'Local'))
    errors.push(
      invalid(
        'spec.healthCheckNodePort',
        healthCheckNodePort,
        "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      ),
    );
  return errors;
}

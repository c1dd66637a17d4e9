// Owns what the limit ranges of a namespace do to its new pods: they fill in what containers leave out, and refuse what
// is out of bounds. Source: Kubernetes admission plugin LimitRanger.
import {
  addQuantities,
  type Container,
  compareQuantities,
  type Draft,
  forbiddenError,
  type LimitRange,
  type LimitRangeItem,
  type Pod,
  parseQuantity,
  pods,
} from '@berth/objects';
import { type AdmissionPlugin, writeOf } from './plugin.ts';

type Amounts = Readonly<Record<string, string>>;

interface Resources {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

const annotation = 'kubernetes.io/limit-ranger';

/** `limitRanges`: those of a namespace, as they are now. */
export function limitRanger(limitRanges: (namespace: string) => Iterable<LimitRange>): AdmissionPlugin {
  return {
    name: 'LimitRanger',
    admit(request) {
      const write = writeOf(request, pods);
      if (request.operation !== 'CREATE' || !write) return;
      const set = itemsOf(limitRanges(request.namespace ?? ''), 'Container').flatMap((item) =>
        fillIn(write.draft, item),
      );
      if (set.length > 0)
        write.draft.metadata.annotations = {
          ...write.draft.metadata.annotations,
          [annotation]: `LimitRanger plugin set: ${set.join('; ')}`,
        };
    },
    validate(request) {
      const write = writeOf(request, pods);
      if (request.operation !== 'CREATE' || !write) return;
      const ranges = [...limitRanges(request.namespace ?? '')];
      const pod = write.draft as Pod;
      const problems = [
        ...itemsOf(ranges, 'Container').flatMap((item) =>
          containersOf(pod).flatMap(({ resources }) => problemsOf(item, amountsOf(resources))),
        ),
        ...itemsOf(ranges, 'Pod').flatMap((item) => problemsOf(item, podAmounts(pod))),
      ];
      if (problems.length === 0) return;
      throw forbiddenError(pods, request.name, problems.length === 1 ? problems[0]! : `[${problems.join(', ')}]`);
    },
  };
}

function itemsOf(ranges: Iterable<LimitRange>, type: string): LimitRangeItem[] {
  return [...ranges].flatMap(({ spec }) => spec?.limits ?? []).filter((item) => item.type === type);
}

function containersOf({ spec }: Pod): readonly Container[] {
  return [...spec.containers, ...(spec.initContainers ?? [])];
}

function amountsOf({ requests = {}, limits = {} }: Container['resources'] = {}): Resources {
  return { requests, limits };
}

/** What was set, in the words of the annotation. */
function fillIn({ spec }: Draft<Pod>, item: LimitRangeItem): string[] {
  const told: string[] = [];
  for (const [word, containers] of [
    ['container', spec.containers],
    ['init container', spec.initContainers ?? []],
  ] as const)
    for (const container of containers) {
      const { requests, limits } = amountsOf(container.resources);
      const missing = [
        { kind: 'request', amounts: without(item.defaultRequest, requests) },
        { kind: 'limit', amounts: without(item.default, limits) },
      ];
      for (const { kind, amounts } of missing) {
        const names = Object.keys(amounts).sort();
        if (names.length > 0) told.push(`${names.join(', ')} ${kind} for ${word} ${container.name}`);
      }
      const [request, limit] = missing;
      container.resources = {
        ...container.resources,
        ...withAll('requests', requests, request!.amounts),
        ...withAll('limits', limits, limit!.amounts),
      };
    }
  return told;
}

function without(amounts: Amounts = {}, known: Amounts): Amounts {
  return Object.fromEntries(Object.entries(amounts).filter(([name]) => known[name] === undefined));
}

function withAll(key: 'requests' | 'limits', known: Amounts, more: Amounts) {
  return Object.keys(more).length > 0 ? { [key]: { ...known, ...more } } : {};
}

/** Init containers run before the others, one at a time. */
function podAmounts({ spec }: Pod): Resources {
  const total = (of: keyof Resources): Amounts => {
    const sum: Record<string, string> = {};
    for (const { resources } of spec.containers)
      for (const [name, amount] of Object.entries(amountsOf(resources)[of]))
        sum[name] = sum[name] === undefined ? amount : addQuantities(sum[name], amount);
    for (const { resources } of spec.initContainers ?? [])
      for (const [name, amount] of Object.entries(amountsOf(resources)[of]))
        if (sum[name] === undefined || compareQuantities(amount, sum[name]) > 0) sum[name] = amount;
    return sum;
  };
  return { requests: total('requests'), limits: total('limits') };
}

function problemsOf({ type, min = {}, max = {}, maxLimitRequestRatio = {} }: LimitRangeItem, has: Resources): string[] {
  const problems: string[] = [];
  const add = (problem: string | undefined) => {
    if (problem) problems.push(problem);
  };
  for (const [name, bound] of Object.entries(min)) add(belowMinimum(type, name, bound, has));
  for (const [name, bound] of Object.entries(max)) add(aboveMaximum(type, name, bound, has));
  for (const [name, ratio] of Object.entries(maxLimitRequestRatio)) add(tooWide(type, name, ratio, has));
  return problems;
}

function belowMinimum(type: string, name: string, bound: string, { requests, limits }: Resources): string | undefined {
  const rule = `minimum ${name} usage per ${type} is ${bound}`;
  const request = requests[name];
  const limit = limits[name];
  if (request === undefined) return `${rule}.  No request is specified`;
  if (compareQuantities(request, bound) < 0) return `${rule}, but request is ${request}`;
  return limit !== undefined && compareQuantities(limit, bound) < 0 ? `${rule}, but limit is ${limit}` : undefined;
}

function aboveMaximum(type: string, name: string, bound: string, { requests, limits }: Resources): string | undefined {
  const rule = `maximum ${name} usage per ${type} is ${bound}`;
  const request = requests[name];
  const limit = limits[name];
  if (limit === undefined) return `${rule}.  No limit is specified`;
  if (compareQuantities(limit, bound) > 0) return `${rule}, but limit is ${limit}`;
  return request !== undefined && compareQuantities(request, bound) > 0
    ? `${rule}, but request is ${request}`
    : undefined;
}

function tooWide(type: string, name: string, ratio: string, { requests, limits }: Resources): string | undefined {
  const rule = `${name} max limit to request ratio per ${type} is ${ratio}, but`;
  const request = nanoOf(requests[name]);
  const limit = nanoOf(limits[name]);
  if (request === 0) return `${rule} no request is specified or request is 0`;
  if (limit === 0) return `${rule} no limit is specified or limit is 0`;
  const provided = limit / request;
  return provided > nanoOf(ratio) / 1e9 ? `${rule} provided ratio is ${provided.toFixed(6)}` : undefined;
}

function nanoOf(amount: string | undefined): number {
  return amount === undefined ? 0 : Number(parseQuantity(amount).nano);
}

// Server-side apply and updates by several managers, in any order, against a simple model: a flat map from paths to
// values, and a set of paths per manager.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Draft, decode, deepFreeze, isReason, type KubeObject, kindOf, type Pod, pods } from '../index.ts';
import { type FieldSet, pathsOf } from './field-set.ts';
import { serverSideApply } from './server-side-apply.ts';
import { trackedTypeOf } from './tracked-type.ts';
import { trackUpdate } from './tracking.ts';

/** What is generated of a pod. */
interface Said {
  readonly labels: Readonly<Record<string, string>>;
  readonly containers: Readonly<
    Record<string, { readonly image?: string; readonly env: Readonly<Record<string, string | undefined>> }>
  >;
}

const words = fc.constantFrom('1', '2', '3');
const some = <T>(keys: string, value: fc.Arbitrary<T>) =>
  fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 2, noNullPrototype: true });
const said: fc.Arbitrary<Said> = fc.record({
  labels: some('ab', words),
  containers: some('xy', fc.record({ image: words, env: some('AB', words) })),
});
const step = fc.record({
  manager: fc.constantFrom('ann', 'bob', 'cid'),
  how: fc.constantFrom('apply', 'force', 'update'),
  said,
});

const present = 'present';

/** Paths and values, as a client writes them down. */
function pathsSaid({ labels, containers }: Said): Map<string, string> {
  const paths = new Map<string, string>();
  for (const [key, value] of Object.entries(labels)) paths.set(`.metadata.labels.${key}`, value);
  for (const [name, { image, env }] of Object.entries(containers)) {
    const path = `.spec.containers[name="${name}"]`;
    paths.set(path, present).set(`${path}.name`, name);
    if (image !== undefined) paths.set(`${path}.image`, image);
    for (const [key, value] of Object.entries(env)) {
      paths.set(`${path}.env[name="${key}"]`, present).set(`${path}.env[name="${key}"].name`, key);
      if (value !== undefined) paths.set(`${path}.env[name="${key}"].value`, value);
    }
  }
  return paths;
}

/** And with what an object has beside that. */
function wholePaths(paths: ReadonlyMap<string, string>): Map<string, string> {
  const whole = new Map(paths);
  for (const path of paths.keys()) {
    if (path.startsWith('.metadata.labels')) whole.set('.metadata.labels', present);
    const [container] = /^\.spec\.containers\[name="."\]/.exec(path) ?? [];
    if (container) whole.set(`${container}.resources`, present);
    if (container && path.includes('.env[')) whole.set(`${container}.env`, present);
  }
  return whole;
}

class Model {
  values = new Map<string, string>();
  readonly managers = new Map<string, Set<string>>();

  /** False: conflict. */
  apply(manager: string, config: Said, force: boolean): boolean {
    const claimed = pathsSaid(config);
    const others = [...this.managers].filter(([other]) => other !== `Apply ${manager}`);
    const taken = [...claimed].filter(([path, value]) => this.values.get(path) !== value).map(([path]) => path);
    if (!force && others.some(([, paths]) => taken.some((path) => paths.has(path)))) return false;
    const merged = new Map([...this.values, ...claimed]);
    for (const path of this.managers.get(`Apply ${manager}`) ?? []) {
      if (claimed.has(path) || others.some(([, paths]) => paths.has(path))) continue;
      for (const below of [...merged.keys()]) if (below === path || isBelow(below, path)) merged.delete(below);
    }
    for (const path of taken) for (const [, paths] of others) paths.delete(path);
    this.managers.set(`Apply ${manager}`, new Set(claimed.keys()));
    this.become(merged);
    return true;
  }

  update(manager: string, config: Said): void {
    const next = wholePaths(pathsSaid(config));
    const before = wholePaths(this.values);
    const changed = [...next].filter(([path, value]) => before.get(path) !== value).map(([path]) => path);
    for (const paths of this.managers.values()) for (const path of changed) paths.delete(path);
    const name = `Update ${manager}`;
    this.managers.set(name, new Set([...(this.managers.get(name) ?? []), ...changed]));
    this.become(next);
  }

  private become(next: ReadonlyMap<string, string>): void {
    this.values = new Map([...next].filter(([path]) => !path.endsWith('.env') && !/\.(resources|labels)$/.test(path)));
    const whole = wholePaths(this.values);
    for (const [name, paths] of this.managers) {
      for (const path of paths) if (!whole.has(path)) paths.delete(path);
      if (paths.size === 0) this.managers.delete(name);
    }
  }
}

const isBelow = (path: string, parent: string) => parent.endsWith(']') && path.startsWith(parent);

function bodyOf({ labels, containers }: Said) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', labels },
    spec: {
      containers: Object.entries(containers).map(([name, { image, env }]) => ({
        name,
        image,
        env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
      })),
    },
  };
}

function saidBy({ metadata, spec }: Pod): Said {
  const containers = spec.containers.map(({ name, image, env = [] }) => {
    const variables = env.map((variable) => [variable.name, variable.value] as const);
    return [name, { image, env: Object.fromEntries(variables) }] as const;
  });
  return { labels: metadata.labels ?? {}, containers: Object.fromEntries(containers) };
}

const kind = kindOf(pods);
const time = '2024-01-01T00:00:00Z';

function applied(pod: Pod, manager: string, config: Said, force: boolean): Pod | 'conflict' {
  // An empty list or map would be claimed as such: whoever means nothing leaves it out.
  const configuration = withoutNothing(bodyOf(config));
  try {
    return deepFreeze(serverSideApply(kind, pod, { configuration, manager, force, time, decoding: {} }).object) as Pod;
  } catch (error) {
    if (isReason(error, 'Conflict')) return 'conflict';
    throw error;
  }
}

function withoutNothing(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.length > 0 ? value.map(withoutNothing) : undefined;
  const kept = Object.entries(value).map(([key, item]) => [key, withoutNothing(item)] as const);
  const something = kept.filter(([, item]) => item !== undefined);
  return something.length > 0 ? Object.fromEntries(something) : undefined;
}

/** Somebody has something in every pod, so that an apply never meets an object without managers. */
const annotations = { kept: 'yes' };

function firstPod(): Pod {
  const configuration = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', annotations } };
  const request = { configuration, manager: 'first', force: false, time, decoding: {} };
  return deepFreeze(serverSideApply(kind, undefined, request).object) as Pod;
}

function updated(pod: Pod, manager: string, config: Said): Pod {
  const draft = decode<Pod>(pods, bodyOf(config)).object;
  draft.metadata.annotations = annotations;
  const type = trackedTypeOf(pods, { hasStatus: true, subresource: undefined });
  trackUpdate(draft as Draft<KubeObject>, pod, {
    type,
    name: { manager, operation: 'Update', apiVersion: 'v1' },
    time,
  });
  return deepFreeze(draft) as Pod;
}

it('any managers in any order', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
      const model = new Model();
      let pod = firstPod();
      for (const { manager, how, said: config } of steps) {
        if (how === 'update') {
          pod = updated(pod, manager, config);
          model.update(manager, config);
        } else {
          const after = applied(pod, manager, config, how === 'force');
          expect(after !== 'conflict').toBe(model.apply(manager, config, how === 'force'));
          if (after !== 'conflict') pod = after;
        }
        expect(pathsSaid(saidBy(pod))).toEqual(new Map(model.values));
        const entries = pod.metadata.managedFields!.filter((entry) => entry.manager !== 'first');
        const managers = entries.map(
          (entry) => [`${entry.operation} ${entry.manager}`, new Set(pathsOf(entry.fieldsV1 as FieldSet))] as const,
        );
        expect(new Map(managers)).toEqual(model.managers);
      }
    }),
    { numRuns: 500 },
  );
});

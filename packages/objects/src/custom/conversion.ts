// Owns the conversion of custom resources between versions whose forms differ, which somebody else does: whom to ask for
// what, and what an answer may change. Source: Kubernetes 1.32, webhook conversion.
import { isObject, type JsonObject, sameJson } from '../json-value.ts';
import type { Conversion, Kind } from '../kinds/kind.ts';
import { deepFreeze, type KubeObject } from '../object.ts';
import { apiVersionOf, type Resource } from '../resource.ts';

/** Converts objects of one resource, of any of its versions. Throws StatusError. */
export type Converter = (objects: readonly KubeObject[], apiVersion: string) => Promise<readonly unknown[]>;

export interface ConversionParts {
  readonly resource: Resource<KubeObject>;
  readonly kept: Kind;
  readonly convert: Converter;
  /** Brings an object of a version into that version's form. */
  read(object: KubeObject, resource: Resource<KubeObject>): KubeObject;
  /** Throws what is said of an answer that cannot be. */
  refuse(problem: string): never;
}

export function conversionOf({ resource, kept, convert, read, refuse }: ConversionParts): Conversion<KubeObject> {
  /** What is kept never changes: each version of an object is converted once. */
  const known = new WeakMap<KubeObject, KubeObject>();

  async function converted(objects: readonly KubeObject[], to: Resource<KubeObject>): Promise<KubeObject[]> {
    const wanted = apiVersionOf(to);
    const others = objects.filter(({ apiVersion }) => apiVersion !== wanted);
    const answers = others.length === 0 ? [] : await convert(others, wanted);
    if (answers.length !== others.length) refuse(`expected ${others.length} converted objects, got ${answers.length}`);
    const byObject = new Map(others.map((object, index) => [object, checked(object, answers[index], wanted, refuse)]));
    return objects.map((object) => read(byObject.get(object) ?? object, to));
  }

  return {
    kept,
    async show(objects) {
      const fresh = objects.filter((object) => !known.has(object));
      const shown = await converted(fresh, resource);
      fresh.forEach((object, index) => void known.set(object, deepFreeze(shown[index]!)));
      return objects.map((object) => known.get(object)!);
    },
    async store(shown) {
      const [object] = await converted([shown], kept.resource);
      return object!;
    },
  };
}

/** The object that came back, with the metadata of the one that was sent: only labels and annotations may differ. */
function checked(
  sent: KubeObject,
  answer: unknown,
  apiVersion: string,
  refuse: (problem: string) => never,
): KubeObject {
  if (!isObject(answer)) return refuse('converted object is no object');
  if (answer.apiVersion !== apiVersion) refuse(`expected converted object of ${apiVersion}, got ${answer.apiVersion}`);
  if (answer.kind !== sent.kind) refuse(`expected converted object of kind ${sent.kind}, got ${answer.kind}`);
  const metadata = isObject(answer.metadata) ? answer.metadata : refuse('converted object has no metadata');
  const original = sent.metadata as unknown as JsonObject;
  for (const name of ['name', 'namespace', 'uid'])
    if (!sameJson(metadata[name], original[name]))
      refuse(`must have the same metadata.${name}: ${original[name]} and ${metadata[name]}`);
  const { labels: _, annotations: __, ...kept } = original;
  const { labels, annotations } = metadata;
  const restored = { ...kept, ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) };
  return { ...answer, metadata: restored } as unknown as KubeObject;
}

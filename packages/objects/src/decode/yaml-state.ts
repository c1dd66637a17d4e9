// Owns what is used of js-yaml's reader while it reads, of which its types tell the half.
import { type LoadOptions, loadAll } from 'js-yaml';
import { maxDepth } from '../json-value.ts';
import { kubernetesSchema } from './yaml-schema.ts';

/** The reader, at the end of a node. */
export interface YamlState {
  readonly input: string;
  /** Behind the node. */
  readonly position: number;
  /** From 0. */
  readonly line: number;
  /** Null: the node is an alias, or nothing. */
  readonly kind: string | null;
  readonly tag: string | null;
  readonly anchor: string | null;
  readonly result: unknown;
}

interface Reading {
  /** The last of several equal keys counts; else they are an error. */
  readonly lastCounts?: boolean;
  listen?(event: 'open' | 'close', state: YamlState): void;
}

/** More merged keys than any document of a body's size can have use for. */
const maxTotalMergeKeys = 200_000;

/** The documents of a text. Throws YAMLException. */
export function readYaml(text: string, { lastCounts = false, listen }: Reading): unknown[] {
  const options: LoadOptions & { readonly maxDepth: number; readonly maxTotalMergeKeys: number } = {
    schema: kubernetesSchema,
    json: lastCounts,
    // A key within the innermost map is a node too.
    maxDepth: maxDepth + 2,
    maxTotalMergeKeys,
    ...(listen ? { listener: listen as unknown as LoadOptions['listener'] } : {}),
  };
  return loadAll(text, null, options);
}

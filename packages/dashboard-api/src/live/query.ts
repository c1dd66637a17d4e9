// Owns what a browser may ask for: reads a query once, at the edge, and makes of it what a view needs: two filters and
// an order.
import { parseLabelSelector } from '@berth/objects';
import { z } from 'zod';
import type { LogQuery, Noun, Rows } from '../contract.ts';

/** The columns by which each noun can be sorted. */
const sortable = {
  pods: ['name', 'namespace', 'createdAt', 'state', 'status', 'readyContainers', 'restarts', 'node', 'ip', 'owner'],
  nodes: ['name', 'createdAt', 'status', 'runtime', 'address', 'pods'],
  replicationcontrollers: ['name', 'namespace', 'createdAt', 'desired', 'current', 'ready'],
  services: ['name', 'namespace', 'createdAt', 'type', 'clusterIP', 'readyEndpoints', 'notReadyEndpoints'],
  events: ['name', 'namespace', 'createdAt', 'type', 'reason', 'message', 'count', 'lastSeen', 'object', 'source'],
} as const satisfies { [N in Noun]: readonly (keyof Rows[N])[] };

const nouns = Object.keys(sortable) as [Noun, ...Noun[]];

const querySchema = z
  .object({
    noun: z.enum(nouns),
    namespace: z.string().max(63).optional(),
    labelSelector: z.string().max(4_000).optional(),
    name: z.string().max(253).optional(),
    node: z.string().max(253).optional(),
    search: z.string().max(300).optional(),
    sort: z.object({ by: z.string(), descending: z.boolean() }).optional(),
    limit: z.number().int().min(0).max(1_000_000).optional(),
    ordered: z.boolean().optional(),
  })
  .refine(({ noun, sort }) => !sort || (sortable[noun] as readonly string[]).includes(sort.by), {
    message: 'cannot be sorted by this',
    path: ['sort', 'by'],
  });

export interface ViewPlan<N extends Noun = Noun> {
  readonly noun: N;
  /** Equal for queries that show the same. */
  readonly key: string;
  /** Everything but the label selector. */
  inScope(row: Rows[N]): boolean;
  labelsMatch(row: Rows[N]): boolean;
  /** Total: 0 only for a row and itself. */
  compare(a: Rows[N], b: Rows[N]): number;
  readonly limit: number;
  readonly ordered: boolean;
}

/** Throws an error whose message is for the person: what is wrong with the query, and where. */
export function planView(query: unknown): ViewPlan {
  const parsed = querySchema.safeParse(query);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  const { noun, namespace, labelSelector = '', name, node, search = '', sort, limit, ordered = true } = parsed.data;
  const selector = parseLabelSelector(labelSelector);
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const inScope = (row: Rows[Noun]) =>
    (!namespace || ('namespace' in row && row.namespace === namespace)) &&
    (!name || row.name === name) &&
    (!node || ('readyContainers' in row && row.node === node)) &&
    (words.length === 0 || containsAll(searchText(row), words));
  return {
    noun,
    key: JSON.stringify([
      noun,
      namespace,
      selector.toString(),
      name,
      words,
      sort?.by,
      sort?.descending,
      limit,
      ordered,
    ]),
    inScope,
    labelsMatch: (row) => selector.matches(row.labels),
    compare: orderBy(sort ?? (noun === 'events' ? { by: 'lastSeen', descending: true } : undefined)),
    limit: limit ?? Number.POSITIVE_INFINITY,
    ordered,
  };
}

function searchText(row: Rows[Noun]): string {
  return 'message' in row ? `${row.object.name} ${row.reason} ${row.message}` : row.name;
}

function containsAll(text: string, words: readonly string[]): boolean {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}

type Compare = (a: Rows[Noun], b: Rows[Noun]) => number;

/** By the column, then by namespace, name and uid. Rows without a value stand at the end either way. */
function orderBy(sort: { readonly by: string; readonly descending: boolean } | undefined): Compare {
  if (!sort) return byName;
  const { by, descending } = sort;
  return (a, b) => {
    const [x, y] = [sortValue(a, by), sortValue(b, by)];
    if (x === y) return byName(a, b);
    if (x === undefined) return 1;
    if (y === undefined) return -1;
    return x < y === descending ? 1 : -1;
  };
}

function sortValue(row: Rows[Noun], by: string): string | number | undefined {
  const value = (row as unknown as Readonly<Record<string, unknown>>)[by];
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  // Owners and the objects of events.
  const { kind, name } = value as { readonly kind: string; readonly name: string };
  return `${kind}/${name}`;
}

function byName(a: Rows[Noun], b: Rows[Noun]): number {
  const [one, other] = ['namespace' in a ? a.namespace : '', 'namespace' in b ? b.namespace : ''];
  if (one !== other) return one < other ? -1 : 1;
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.uid === b.uid ? 0 : a.uid < b.uid ? -1 : 1;
}

const logSchema = z.object({
  namespace: z.string().min(1).max(63),
  pod: z.string().min(1).max(253),
  container: z.string().max(63).optional(),
  tailLines: z.number().int().min(0).max(100_000).optional(),
  previous: z.boolean().optional(),
  timestamps: z.boolean().optional(),
});

/** Throws like planView. */
export function readLogQuery(query: unknown): LogQuery {
  const parsed = logSchema.safeParse(query);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}

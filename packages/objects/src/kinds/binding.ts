// Owns Binding as a kind of its own: the older way to bind a pod, by its name in the body.
import type { Binding } from '../api/types.ts';
import { bindings, pods } from '../resource.ts';
import type { Kind } from './kind.ts';

export const bindingKind: Kind<Binding> = {
  resource: bindings,
  nameRule: 'dns-subdomain',
  subresources: [],
  countsGenerations: false,
  transient: true,
  standsFor: { resource: pods, subresource: 'binding' },
  validate: () => [],
  columns: [],
  fieldSelectors: {},
};

// Owns what a person can know about Event beyond the API facts.
import type { Event } from '../api/types.ts';
import { events } from '../resource.ts';
import { ageColumn, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';

export const eventKind: Kind<Event> = {
  resource: events,
  nameRule: 'dns-subdomain',
  subresources: [],
  countsGenerations: false,
  validate: () => [],
  columns: [nameColumn, ageColumn],
  fieldSelectors: {},
};

// Owns what a person can know about Event beyond the API facts.
import type { Event } from '../api/types.ts';
import { invalid } from '../errors/field-error.ts';
import { events } from '../resource.ts';
import { ageOf, columnOf, integerColumn } from './columns.ts';
import type { Kind } from './kind.ts';

const HOUR_SECONDS = 3600;

export const eventKind: Kind<Event> = {
  resource: events,
  nameRule: 'dns-subdomain',
  subresources: [],
  countsGenerations: false,
  ttlSeconds: HOUR_SECONDS,

  validate({ metadata, involvedObject }) {
    // Events of objects without a namespace are kept in the default one.
    const expected = involvedObject.namespace || 'default';
    return metadata.namespace === expected
      ? []
      : [invalid('involvedObject.namespace', involvedObject.namespace ?? '', 'does not match event.namespace')];
  },

  columns: [
    columnOf('Last Seen', 'Time since it last happened.', lastSeen),
    columnOf('Type', 'Normal or Warning.', ({ type }) => type ?? ''),
    columnOf('Reason', 'Why, in one word.', ({ reason }) => reason ?? ''),
    columnOf('Object', 'The object that it is about.', ({ involvedObject: { kind = '', name } }) =>
      name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase(),
    ),
    columnOf('Subobject', 'The part of the object.', ({ involvedObject }) => involvedObject.fieldPath ?? '', 1),
    columnOf('Source', 'Who reports it.', source, 1),
    columnOf('Message', 'What happened.', ({ message }) => (message ?? '').trim()),
    columnOf('First Seen', 'Time since it first happened.', firstSeen, 1),
    integerColumn('Count', 'How often it happened.', ({ series, count }) => series?.count ?? (count || 1), 1),
    { ...columnOf('Name', 'The name of the event.', ({ metadata }: Event) => metadata.name, 1), format: 'name' },
  ],
  fieldSelectors: {
    'involvedObject.kind': ({ involvedObject }) => involvedObject.kind ?? '',
    'involvedObject.namespace': ({ involvedObject }) => involvedObject.namespace ?? '',
    'involvedObject.name': ({ involvedObject }) => involvedObject.name ?? '',
    'involvedObject.uid': ({ involvedObject }) => involvedObject.uid ?? '',
    'involvedObject.apiVersion': ({ involvedObject }) => involvedObject.apiVersion ?? '',
    'involvedObject.resourceVersion': ({ involvedObject }) => involvedObject.resourceVersion ?? '',
    'involvedObject.fieldPath': ({ involvedObject }) => involvedObject.fieldPath ?? '',
    reason: ({ reason }) => reason ?? '',
    reportingComponent: ({ reportingComponent }) => reportingComponent ?? '',
    source: ({ source, reportingComponent }) => source?.component || (reportingComponent ?? ''),
    type: ({ type }) => type ?? '',
  },
};

function firstSeen({ firstTimestamp, eventTime }: Event, now: number): string {
  return ageOf(firstTimestamp ?? eventTime, now);
}

function lastSeen(event: Event, now: number): string {
  const last = event.series?.lastObservedTime ?? event.lastTimestamp;
  return last ? ageOf(last, now) : firstSeen(event, now);
}

function source({ source: from, reportingComponent, reportingInstance }: Event): string {
  const component = from?.component || reportingComponent || '';
  const instance = from?.host || reportingInstance || '';
  return instance ? `${component}, ${instance}` : component;
}

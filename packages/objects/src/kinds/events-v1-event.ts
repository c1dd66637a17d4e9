// Owns what a person can know about the Event of events.k8s.io beyond the API facts: it is the core group's Event under
// newer names, and stricter. Source: Kubernetes 1.32.
import type { Event, EventsV1Event } from '../api/types.ts';
import { type FieldError, invalid, required } from '../errors/field-error.ts';
import { sameJson } from '../json-value.ts';
import { events, eventsV1Events } from '../resource.ts';
import { immutable } from '../validation/field-checks.ts';
import { eventKind, eventProblems } from './event.ts';
import type { Kind, View } from './kind.ts';

/** In which each of the two has fields that the other has under another name. */
const renamed: readonly (readonly [shown: keyof EventsV1Event, stored: keyof Event])[] = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
];
const storedNames = new Map<string, string>(renamed);
const shownNames = new Map<string, string>(renamed.map(([shown, stored]) => [stored, shown]));

function withNames(object: object, names: ReadonlyMap<string, string>): object {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [names.get(name) ?? name, value]));
}

const view: View<EventsV1Event> = {
  of: events,
  show: (stored) => shownForm(stored as Event),
  store: (shown) => storedForm(shown),
};

/** A count of nothing stands in the one form, and is left out of the other. */
function shownForm({ series, ...event }: Event): EventsV1Event {
  const shown = { ...withNames(event, shownNames), apiVersion: 'events.k8s.io/v1' };
  return (series ? { ...shown, series: { count: 0, ...series } } : shown) as EventsV1Event;
}

function storedForm({ series, ...event }: EventsV1Event): Event {
  const stored = { ...withNames(event, storedNames), apiVersion: 'v1' };
  if (!series) return stored as unknown as Event;
  const { count, ...others } = series;
  return { ...stored, series: count === 0 ? others : series } as unknown as Event;
}

export const eventsV1EventKind: Kind<EventsV1Event> = {
  resource: eventsV1Events,
  view,
  nameRule: 'dns-subdomain',
  createdByUpdate: true,
  subresources: [],
  countsGenerations: false,
  ttlSeconds: eventKind.ttlSeconds,

  validate: (event) => eventProblems(storedForm(event), 'reportingController'),
  validateCreate(event) {
    const errors = seriesProblems(event);
    if (!event.eventTime) errors.push(required('eventTime'));
    if (event.type !== 'Normal' && event.type !== 'Warning')
      errors.push(invalid('type', '', `has invalid value: ${event.type ?? ''}`));
    const stored = storedForm(event);
    for (const field of ['firstTimestamp', 'lastTimestamp', 'count'] as const)
      if (stored[field]) errors.push(invalid(field, '', 'needs to be unset'));
    if (stored.source?.component || stored.source?.host) errors.push(invalid('source', '', 'needs to be unset'));
    return errors;
  },
  validateUpdate(event, old) {
    const [is, was] = [storedForm(event), storedForm(old)];
    return [
      ...(sameJson(event.series, old.series) ? [] : seriesProblems(event)),
      ...unchanging.flatMap((field) =>
        sameJson(is[field], was[field]) ? [] : [invalid(field, is[field], 'field is immutable')],
      ),
      ...immutable('reportingController', event.reportingController, old.reportingController),
    ];
  },

  columns: eventKind.columns.map((column) => ({
    ...column,
    cell: (event: EventsV1Event, now: number) => column.cell(storedForm(event), now),
  })),
  fieldSelectors: {
    'regarding.kind': ({ regarding }) => regarding?.kind ?? '',
    'regarding.namespace': ({ regarding }) => regarding?.namespace ?? '',
    'regarding.name': ({ regarding }) => regarding?.name ?? '',
    'regarding.uid': ({ regarding }) => regarding?.uid ?? '',
    'regarding.apiVersion': ({ regarding }) => regarding?.apiVersion ?? '',
    'regarding.resourceVersion': ({ regarding }) => regarding?.resourceVersion ?? '',
    'regarding.fieldPath': ({ regarding }) => regarding?.fieldPath ?? '',
    reason: ({ reason }) => reason ?? '',
    reportingController: ({ reportingController }) => reportingController ?? '',
    type: ({ type }) => type ?? '',
  },
};

/** Of the stored form, whose names stand in the errors too; only the series goes on. */
const unchanging = [
  'involvedObject',
  'reason',
  'message',
  'source',
  'firstTimestamp',
  'lastTimestamp',
  'count',
  'type',
  'eventTime',
  'action',
  'related',
  'reportingInstance',
] as const satisfies readonly (keyof Event)[];

function seriesProblems({ series }: EventsV1Event): FieldError[] {
  if (!series) return [];
  const errors: FieldError[] = [];
  if (series.count < 2) errors.push(invalid('series.count', '', 'should be at least 2'));
  if (!series.lastObservedTime) errors.push(required('series.lastObservedTime'));
  return errors;
}

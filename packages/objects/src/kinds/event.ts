// Owns what a person can know about Event beyond the API facts. There are events of two ages: the older ones count how
// often something happened, the newer ones have an eventTime and say who did what. Source: Kubernetes 1.32.
import type { Event } from '../api/types.ts';
import { type FieldError, invalid, required } from '../errors/field-error.ts';
import { events } from '../resource.ts';
import { problemsOf } from '../validation/field-checks.ts';
import { qualifiedNameProblems } from '../validation/names.ts';
import { ageOf, columnOf, countColumn } from './columns.ts';
import type { Kind } from './kind.ts';

const HOUR_SECONDS = 3600;

export const eventKind: Kind<Event> = {
  resource: events,
  nameRule: 'path-segment',
  anyFinalizers: true,
  createdByUpdate: true,
  subresources: [],
  countsGenerations: false,
  ttlSeconds: HOUR_SECONDS,

  validate: (event) => eventProblems(event, 'reportingComponent'),

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
    countColumn('Count', 'How often it happened.', ({ series, count }) => series?.count ?? (count || 1), 1),
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

/** `reportingField`: how the one who reports is called in the form in which the event was sent. */
export function eventProblems(event: Event, reportingField: string): FieldError[] {
  const { metadata, involvedObject, eventTime } = event;
  // Events of objects without a namespace are kept in the default one, newer ones also in that of the system.
  const fits = involvedObject.namespace
    ? eventTime !== undefined || metadata.namespace === involvedObject.namespace
    : metadata.namespace === 'default' || (eventTime !== undefined && metadata.namespace === 'kube-system');
  return [
    ...(fits
      ? []
      : [invalid('involvedObject.namespace', involvedObject.namespace ?? '', 'does not match event.namespace')]),
    ...(eventTime ? reportProblems(event, reportingField) : []),
  ];
}

const maxShortText = 128;
const maxMessage = 1024;

function reportProblems(event: Event, reportingField: string): FieldError[] {
  const { reportingComponent = '', reportingInstance, action, reason, message = '' } = event;
  const text = (field: string, value = '') => [
    ...(value ? [] : [required(field)]),
    ...(value.length > maxShortText ? [invalid(field, '', `can have at most ${maxShortText} characters`)] : []),
  ];
  return [
    ...(reportingComponent ? [] : [required(reportingField)]),
    ...problemsOf(reportingField, reportingComponent, qualifiedNameProblems(reportingComponent)),
    ...text('reportingInstance', reportingInstance),
    ...text('action', action),
    ...text('reason', reason),
    ...(message.length > maxMessage ? [invalid('message', '', `can have at most ${maxMessage} characters`)] : []),
  ];
}

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

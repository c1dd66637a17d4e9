import { describe, expect, it } from 'vitest';
import { type Event, type EventsV1Event, events, eventsV1Events, kindOf } from '../index.ts';
import { created, problemsOfUpdate } from './manifest-fixture.ts';

const kind = kindOf(eventsV1Events);
const view = kind.view!;
const micro = '2026-01-01T00:00:00.000001Z';
const regarding = { apiVersion: 'v1', kind: 'Pod', name: 'p', namespace: 'default' };
const event = {
  metadata: { name: 'a' },
  regarding,
  eventTime: micro,
  reportingController: 'example.com/controller',
  reportingInstance: 'controller-1',
  action: 'Starting',
  reason: 'Started',
  note: 'It began.',
  type: 'Normal',
};

describe('the two forms of an event', () => {
  const series = { count: 2, lastObservedTime: micro };
  const stored = created(events, {
    metadata: { name: 'a' },
    involvedObject: regarding,
    message: 'It began.',
    reason: 'Started',
    type: 'Normal',
    source: { component: 'kubelet', host: 'n1' },
    firstTimestamp: '2026-01-01T00:00:00Z',
    lastTimestamp: '2026-01-01T00:01:00Z',
    count: 3,
    eventTime: micro,
    series,
    action: 'Starting',
    related: regarding,
    reportingComponent: 'example.com/controller',
    reportingInstance: 'controller-1',
  });
  const shown: EventsV1Event = {
    kind: 'Event',
    apiVersion: 'events.k8s.io/v1',
    metadata: stored.metadata,
    regarding,
    note: 'It began.',
    reason: 'Started',
    type: 'Normal',
    deprecatedSource: { component: 'kubelet', host: 'n1' },
    deprecatedFirstTimestamp: '2026-01-01T00:00:00Z',
    deprecatedLastTimestamp: '2026-01-01T00:01:00Z',
    deprecatedCount: 3,
    eventTime: micro,
    series,
    action: 'Starting',
    related: regarding,
    reportingController: 'example.com/controller',
    reportingInstance: 'controller-1',
  };

  it('tell the same under other names', () => expect(view.show(stored)).toEqual(shown));
  // Found by the fuzzer: what the one form leaves out stood in the other, which its decoder would leave out.
  it.each([
    ['with nothing', { metadata: { name: 'a' } }],
    ['with a series of nothing', { metadata: { name: 'a' }, series: {} }],
    ['with a series', { metadata: { name: 'a' }, series: { count: 2, lastObservedTime: micro } }],
    ['with who reported', { metadata: { name: 'a' }, reportingInstance: 'one' }],
  ])('%s are each what they decode to', (_name, manifest) => {
    const kept = created(events, manifest);
    const seen = view.show(kept);
    expect(created(eventsV1Events, seen)).toEqual(seen);
    expect(view.store(seen)).toEqual(kept);
    expect(created(events, view.store(created(eventsV1Events, manifest)))).toEqual(kept);
  });
  it('lead back to each other', () => expect(view.store(shown)).toEqual(stored));

  it('are selected and shown alike', () => {
    for (const [field, value] of [
      ['regarding.name', 'p'],
      ['regarding.kind', 'Pod'],
      ['reportingController', 'example.com/controller'],
      ['type', 'Normal'],
    ] as const)
      expect(kind.fieldSelectors[field]?.(shown), field).toBe(value);
    const now = Date.parse('2026-01-01T00:05:00Z');
    const cells = <T>(columns: readonly { cell(object: T, now: number): unknown }[], object: T) =>
      columns.map(({ cell }) => cell(object, now));
    expect(cells(kind.columns, shown)).toEqual(cells(kindOf(events).columns, stored));
  });
});

function problems(manifest: object): string[] {
  const object = created(eventsV1Events, manifest);
  return [...kind.validate(object), ...kind.validateCreate!(object)].map(
    ({ field, message }) => `${field}: ${message}`,
  );
}

describe('a new event', () => {
  const { action: _, ...withoutAction } = event;
  const long = (length: number) => 'x'.repeat(length);
  const cases: [name: string, manifest: object, problems: string[]][] = [
    ['as it should be', event, []],
    ['without a time', { ...event, eventTime: null }, ['eventTime: Required value']],
    ['without an action', withoutAction, ['action: Required value']],
    [
      'from nobody',
      { ...event, reportingController: '' },
      [
        'reportingController: Required value',
        'reportingController: Invalid value: "": name part must be non-empty',
        "reportingController: Invalid value: \"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
      ],
    ],
    [
      'with long texts',
      { ...event, reason: long(129), note: long(1025), reportingInstance: long(129) },
      [
        'reportingInstance: Invalid value: "": can have at most 128 characters',
        'reason: Invalid value: "": can have at most 128 characters',
        'message: Invalid value: "": can have at most 1024 characters',
      ],
    ],
    ['of a type of its own', { ...event, type: 'Odd' }, ['type: Invalid value: "": has invalid value: Odd']],
    [
      'with a series of one',
      { ...event, series: { count: 1, lastObservedTime: null } },
      ['series.count: Invalid value: "": should be at least 2', 'series.lastObservedTime: Required value'],
    ],
    [
      'with what older events have',
      {
        ...event,
        deprecatedCount: 1,
        deprecatedFirstTimestamp: '2026-01-01T00:00:00Z',
        deprecatedLastTimestamp: '2026-01-01T00:00:00Z',
        deprecatedSource: { component: 'kubelet' },
      },
      [
        'firstTimestamp: Invalid value: "": needs to be unset',
        'lastTimestamp: Invalid value: "": needs to be unset',
        'count: Invalid value: "": needs to be unset',
        'source: Invalid value: "": needs to be unset',
      ],
    ],
    [
      'of an object without namespace, elsewhere',
      { ...event, metadata: { name: 'a', namespace: 'other' }, regarding: { kind: 'Node', name: 'n' } },
      ['involvedObject.namespace: Invalid value: "": does not match event.namespace'],
    ],
    [
      'of an object without namespace, in the namespace of the system',
      { ...event, metadata: { name: 'a', namespace: 'kube-system' }, regarding: { kind: 'Node', name: 'n' } },
      [],
    ],
  ];
  it.each(cases)('%s', (_name, manifest, expected) => expect(problems(manifest)).toEqual(expected));

  it('is told in the words of the core group there', () => {
    const { regarding: involvedObject, note: message, reportingController: _controller, ...rest } = event;
    const manifest = { ...rest, involvedObject, message };
    const told = kindOf(events).validate(created(events, manifest) as Event);
    expect(told.map(({ field }) => field)).toContain('reportingComponent');
  });
});

describe('an event that is changed', () => {
  it('goes on as a series', () => {
    const series = { count: 2, lastObservedTime: micro };
    expect(problemsOfUpdate(eventsV1Events, event, { ...event, series })).toEqual([]);
    expect(problemsOfUpdate(eventsV1Events, event, { ...event, series: { ...series, count: 1 } })).toEqual([
      'series.count: Invalid value: "": should be at least 2',
    ]);
  });

  it('stays what it is about', () => {
    expect(problemsOfUpdate(eventsV1Events, event, { ...event, reason: 'Other', type: 'Warning' })).toEqual([
      'reason: Invalid value: "Other": field is immutable',
      'type: Invalid value: "Warning": field is immutable',
    ]);
  });
});

// Owns the reading of query parameters into the options of a list or a watch: what they may say, and together with what.
import { type FieldError, forbidden, type ListOptions, notSupported, type WatchOptions } from '@berth/objects';
import { flag, integer, invalidOptions, text } from './query.ts';

export function listOptions(query: URLSearchParams, namespace: string | undefined): ListOptions {
  const { timeoutSeconds: _ofWatches, ...numbers } = numbersOf(query);
  check(listErrors(query));
  return {
    ...selectionOf(query, namespace),
    ...numbers,
    resourceVersionMatch: text(query, 'resourceVersionMatch') as ListOptions['resourceVersionMatch'],
    continue: text(query, 'continue'),
  };
}

/** The time-out is the HTTPS layer's own business; the rest goes to the core. */
export function watchOptions(query: URLSearchParams, namespace: string | undefined): Omit<WatchOptions, 'signal'> {
  const { timeoutSeconds } = numbersOf(query);
  check(watchErrors(query));
  return {
    ...selectionOf(query, namespace),
    allowWatchBookmarks: flag(query, 'allowWatchBookmarks'),
    sendInitialEvents: flag(query, 'sendInitialEvents'),
    timeoutSeconds,
  };
}

function selectionOf(query: URLSearchParams, namespace: string | undefined) {
  return {
    namespace,
    labelSelector: text(query, 'labelSelector'),
    fieldSelector: text(query, 'fieldSelector'),
    resourceVersion: text(query, 'resourceVersion'),
  };
}

/** Both kinds of reads read both, and refuse what is no number. */
function numbersOf(query: URLSearchParams) {
  return { limit: integer(query, 'limit'), timeoutSeconds: integer(query, 'timeoutSeconds') };
}

/** What a version may be combined with. Source: Kubernetes API concepts, "Resource versions". */
function listErrors(query: URLSearchParams): FieldError[] {
  const match = text(query, 'resourceVersionMatch');
  const version = text(query, 'resourceVersion');
  const refused = (detail: string) => forbidden('resourceVersionMatch', detail);
  const errors: FieldError[] = [];
  if (match !== undefined) {
    if (!version) errors.push(refused('resourceVersionMatch is forbidden unless resourceVersion is provided'));
    if (query.get('continue')) errors.push(withContinue);
    if (match !== 'Exact' && match !== 'NotOlderThan')
      errors.push(notSupported('resourceVersionMatch', match, ['Exact', 'NotOlderThan', '']));
    if (match === 'Exact' && version === '0')
      errors.push(refused('resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  if (query.has('sendInitialEvents'))
    errors.push(forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  return errors;
}

/** Source: Kubernetes API concepts, "Streaming lists". */
function watchErrors(query: URLSearchParams): FieldError[] {
  const match = text(query, 'resourceVersionMatch');
  const initial = query.has('sendInitialEvents');
  const refused = (detail: string) => forbidden('resourceVersionMatch', detail);
  const errors: FieldError[] = [];
  if (initial && match !== 'NotOlderThan')
    errors.push(refused('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  if (match !== undefined) {
    if (!initial)
      errors.push(refused('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'));
    if (match !== 'NotOlderThan') errors.push(notSupported('resourceVersionMatch', match, ['NotOlderThan']));
    if (query.get('continue')) errors.push(withContinue);
  }
  return errors;
}

const withContinue = forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided');

function check(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalidOptions('ListOptions', errors);
}

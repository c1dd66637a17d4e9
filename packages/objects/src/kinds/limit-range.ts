// Owns what a person can know about LimitRange beyond the API facts.
import type { LimitRange, LimitRangeItem } from '../api/types.ts';
import { duplicate, type FieldError, forbidden, invalid, required } from '../errors/field-error.ts';
import type { Draft } from '../object.ts';
import { compareQuantities, parseQuantity } from '../quantity.ts';
import { limitRanges } from '../resource.ts';
import { problemsOf } from '../validation/field-checks.ts';
import { qualifiedNameProblems } from '../validation/names.ts';
import { createdColumn, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';

export const limitRangeKind: Kind<LimitRange> = {
  resource: limitRanges,
  nameRule: 'dns-subdomain',
  createdByUpdate: true,
  subresources: [],
  countsGenerations: false,
  // The one kind whose objects need no name: one that has none gets one that nobody else has.
  prepareForCreate({ metadata }) {
    metadata.name ||= metadata.uid;
  },
  setDefaults({ spec }) {
    for (const item of spec?.limits ?? []) if (item.type === 'Container') setItemDefaults(item);
  },
  validate({ spec }) {
    const types = new Set<string>();
    return (spec?.limits ?? []).flatMap((item, index) => {
      const field = `spec.limits[${index}]`;
      const errors = validateItem(field, item);
      if (types.has(item.type)) errors.push(duplicate(`${field}.type`, item.type));
      types.add(item.type);
      return errors;
    });
  },
  columns: [nameColumn, createdColumn],
  fieldSelectors: {},
};

/** Who says what there is at most says what is given, and who says that says what is asked for. */
function setItemDefaults(item: Draft<LimitRangeItem>): void {
  const limits = { ...item.max, ...item.default };
  const requests = { ...item.min, ...limits, ...item.defaultRequest };
  if (Object.keys(limits).length > 0) item.default = limits;
  if (Object.keys(requests).length > 0) item.defaultRequest = requests;
}

/** Pairs of amounts of which the first may not be above the second, and whose field is told of it. */
const orders = [
  { low: 'min', high: 'max', at: 'min', words: ['min', 'max'] },
  { low: 'min', high: 'defaultRequest', at: 'defaultRequest', words: ['min', 'default request'] },
  { low: 'defaultRequest', high: 'max', at: 'defaultRequest', words: ['default request', 'max'] },
  { low: 'defaultRequest', high: 'default', at: 'defaultRequest', words: ['default request', 'default limit'] },
  { low: 'min', high: 'default', at: 'default', words: ['min', 'default'] },
  { low: 'default', high: 'max', at: 'default', words: ['default', 'max'] },
] as const;

const limitTypes: ReadonlySet<string> = new Set(['Pod', 'Container', 'PersistentVolumeClaim']);

function validateItem(field: string, item: LimitRangeItem): FieldError[] {
  const { type, min, max, maxLimitRequestRatio } = item;
  const errors = problemsOf(`${field}.type`, type, qualifiedNameProblems(type));
  if (errors.length === 0 && !type.includes('/') && !limitTypes.has(type))
    errors.push(invalid(`${field}.type`, type, 'must be a standard limit type or fully qualified'));
  if (type === 'Pod')
    for (const name of ['default', 'defaultRequest'] as const)
      if (item[name] && Object.keys(item[name]).length > 0)
        errors.push(forbidden(`${field}.${name}`, "may not be specified when `type` is 'Pod'"));
  if (type === 'PersistentVolumeClaim' && !min?.storage && !max?.storage)
    errors.push(
      required(`${field}.limits`, 'either minimum or maximum storage value is required, but neither was provided'),
    );
  for (const { low, high, at, words } of orders)
    for (const [resource, amount] of Object.entries(item[low] ?? {})) {
      const bound = item[high]?.[resource];
      if (bound !== undefined && compareQuantities(amount, bound) > 0)
        errors.push(
          invalid(
            `${field}.${at}[${resource}]`,
            item[at]?.[resource],
            `${words[0]} value ${amount} is greater than ${words[1]} value ${bound}`,
          ),
        );
    }
  for (const [resource, ratio] of Object.entries(maxLimitRequestRatio ?? {}))
    errors.push(
      ...validateRatio(`${field}.maxLimitRequestRatio[${resource}]`, ratio, [min?.[resource], max?.[resource]]),
    );
  return errors;
}

function validateRatio(field: string, ratio: string, [min, max]: readonly (string | undefined)[]): FieldError[] {
  if (compareQuantities(ratio, '1') < 0) return [invalid(field, ratio, `ratio ${ratio} is less than 1`)];
  if (min === undefined || max === undefined || compareQuantities(min, '0') === 0) return [];
  const widest = Number(parseQuantity(max).nano) / Number(parseQuantity(min).nano);
  if (Number(parseQuantity(ratio).nano) / 1e9 <= widest) return [];
  return [invalid(field, ratio, `ratio ${ratio} is greater than max/min = ${widest.toFixed(6)}`)];
}

// Owns what is wrong with metrics in Prometheus' text form. Source: Prometheus, "Text-based format"; what promtool checks.

const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([Nn]a[Nn]|[+-]Inf|-?[0-9.]+(?:e[+-]?[0-9]+)?)$/;
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y;

interface Family {
  help: number;
  type: string | undefined;
  /** By labels without `le`. */
  readonly buckets: Map<string, number[]>;
}

/** What is wrong, and by name the number of series. */
export function readExposition(text: string): { problems: string[]; series: ReadonlyMap<string, number> } {
  const problems: string[] = [];
  const families = new Map<string, Family>();
  const seen = new Set<string>();
  const series = new Map<string, number>();
  const familyOf = (name: string) => {
    const found = families.get(name) ?? { help: 0, type: undefined, buckets: new Map() };
    families.set(name, found);
    return found;
  };
  if (!text.endsWith('\n')) problems.push('the last line does not end');
  for (const line of text.split('\n').filter(Boolean)) {
    const [, keyword, about = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') {
      if (++familyOf(about).help > 1) problems.push(`${about} has two HELP lines`);
      if (!rest) problems.push(`${about} has no help`);
      continue;
    }
    if (keyword === 'TYPE') {
      if (familyOf(about).type) problems.push(`${about} has two TYPE lines`);
      familyOf(about).type = rest;
      continue;
    }
    const [, name = '', labels = '', value = ''] = sample.exec(line) ?? [];
    if (!name || !areLabels(labels)) {
      problems.push(`no sample: ${line.slice(0, 200)}`);
      continue;
    }
    const base = name.replace(/_(bucket|sum|count)$/, '');
    const isPart = ['histogram', 'summary'].includes(families.get(base)?.type ?? '');
    const family = isPart ? families.get(base) : families.get(name);
    if (!family?.type || family.help === 0) problems.push(`${name} comes without HELP and TYPE`);
    if (seen.has(`${name}{${labels}}`)) problems.push(`${name}{${labels}} comes twice`);
    seen.add(`${name}{${labels}}`);
    const counted = isPart ? base : name;
    if (!isPart || name.endsWith('_count')) series.set(counted, (series.get(counted) ?? 0) + 1);
    if (isPart && name.endsWith('_bucket')) addBucket(family!, labels, Number(value), problems);
  }
  return { problems, series };
}

function areLabels(text: string): boolean {
  label.lastIndex = 0;
  while (label.lastIndex < text.length) if (!label.test(text)) return false;
  return true;
}

function addBucket(family: Family, labels: string, value: number, problems: string[]): void {
  const of = labels.replace(/,?le="[^"]*"/, '');
  const values = family.buckets.get(of) ?? [];
  if (value < (values.at(-1) ?? 0)) problems.push(`the buckets of {${of}} go down`);
  values.push(value);
  family.buckets.set(of, values);
}

// Owns how YAML is written: so that readers of Kubernetes' dialect, which is YAML 1.1 with few tags, read what was meant.
import { DEFAULT_SCHEMA, dump, Type } from 'js-yaml';

/** What js-yaml writes plainly though a reader of YAML 1.1 takes it for a number: `1_000`, `+.5`. */
const olderNumber = new Type('!number-of-yaml-1.1', {
  kind: 'scalar',
  resolve: (text: unknown) => typeof text === 'string' && /^[-+]?[\d_]*\.?[\d_]+(?:e[-+]?\d+)?$/i.test(text),
  predicate: () => false,
});
/** What js-yaml writes plainly though it ends a document, or begins one, where it stands first on a line. */
const documentMark = new Type('!mark', {
  kind: 'scalar',
  resolve: (text: unknown) => typeof text === 'string' && /^(---|\.\.\.)(\s|$)/.test(text),
  predicate: () => false,
});
const schema = DEFAULT_SCHEMA.extend({ implicit: [olderNumber, documentMark] });

/**
 * A value as a document. What YAML 1.1 or 1.2 would not read as the string that it is stands in quotes.
 */
export function toYaml(value: unknown): string {
  return dump(value, {
    schema,
    lineWidth: -1,
    noRefs: true,
    skipInvalid: true,
    noArrayIndent: true,
    quotingType: '"',
  });
}

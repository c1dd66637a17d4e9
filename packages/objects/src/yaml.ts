// Owns YAML in Kubernetes' dialect: what its readers, of YAML 1.1 with few tags, understand, and how it is written so
// that they read what was meant.
import { type ScalarTag, stringify, type Tags } from 'yaml';

/** A point alone is no number, though YAML 1.1 has it so: it is a key of every set of managed fields. */
const pointedNumber = /^[-+]?(?:\d[\d_]*\.[\d_]*|\.\d[\d_]*)$/;

/** For `customTags` of a reader of version 1.1: `yes` is a boolean; a time, or `22:22`, is a string. */
export function kubernetesTags(tags: Tags): Tags {
  return tags
    .filter((tag) => !isTag(tag) || (tag.tag !== 'tag:yaml.org,2002:timestamp' && tag.format !== 'TIME'))
    .map((tag) => (isTag(tag) && tag.test?.test('.') ? { ...tag, test: pointedNumber } : tag));
}

function isTag(tag: Tags[number]): tag is ScalarTag {
  return typeof tag !== 'string' && !tag.collection;
}

/** A value as a document. What YAML 1.1 or 1.2 would not read as the string that it is stands in quotes. */
export function toYaml(value: unknown): string {
  return stringify(value, { version: '1.1', compat: 'core', lineWidth: 0, aliasDuplicateObjects: false });
}

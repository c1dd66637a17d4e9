// Owns YAML in Kubernetes' dialect: what its readers, of YAML 1.1 with few tags, understand, and how it is written so
// that they read what was meant.
import type { ScalarTag, Tags } from 'yaml';

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

/** What needs no quotes, unless a reader takes it for something else than a string. */
const plain = /^[A-Za-z_/](?:[\w./@+=,()%~-]|:(?=\S)| (?=[^#\s]))*$/;
const taken = /^(?:y|n|yes|no|on|off|true|false|null|nan)$/i;
/** What a text must not have that stands in lines of its own: spaces where readers drop them, and no characters. */
const unliteral = /^\s|\n[ \t]+(?:\n|$)|(?![\n\t])\p{Cc}|[\p{Cs}\u2028\u2029\ufeff]/u;

/**
 * A value as a document, in block style. What YAML 1.1 or 1.2 would not read as the string that it is stands in quotes.
 * Its cost grows with the value's size alone, so that a large list can be written while others wait.
 */
export function toYaml(value: unknown): string {
  const lines: string[] = [];
  write(value, { lines, indent: '', prefix: '' });
  return `${lines.join('\n')}\n`;
}

interface Place {
  readonly lines: string[];
  /** Of the lines of a list or an object. */
  readonly indent: string;
  /** What stands before the value in its line: a key, the dash of an item. */
  readonly prefix: string;
}

function write(value: unknown, { lines, indent, prefix }: Place): void {
  if (Array.isArray(value) && value.length > 0) {
    if (prefix) lines.push(prefix);
    for (const item of value) writeItem(item, lines, indent);
  } else if (isFilled(value)) {
    if (prefix) lines.push(prefix);
    for (const [key, member] of Object.entries(value)) writeMember(key, member, { lines, indent, before: indent });
  } else if (prefix && typeof value === 'string' && isLiteral(value)) {
    writeLiteral(value, { lines, indent, prefix });
  } else {
    lines.push(prefix ? `${prefix} ${scalar(value)}` : scalar(value));
  }
}

function isLiteral(text: string): boolean {
  return text.includes('\n') && !unliteral.test(text);
}

function writeLiteral(text: string, { lines, indent, prefix }: Place): void {
  const rows = text.split('\n');
  const ends = rows.length - rows.findLastIndex((row) => row !== '') - 1;
  lines.push(`${prefix} |${ends === 0 ? '-' : ends === 1 ? '' : '+'}`);
  if (ends > 0) rows.pop();
  for (const row of rows) lines.push(row && indent + row);
}

function writeItem(item: unknown, lines: string[], indent: string): void {
  if (!isFilled(item) || Array.isArray(item)) {
    write(item, { lines, indent: `${indent}  `, prefix: `${indent}-` });
    return;
  }
  // The first of the members stands beside the dash.
  let before = `${indent}- `;
  for (const [key, member] of Object.entries(item)) {
    writeMember(key, member, { lines, indent: `${indent}  `, before });
    before = `${indent}  `;
  }
}

function writeMember(
  key: string,
  value: unknown,
  { lines, indent, before }: { lines: string[]; indent: string; before: string },
): void {
  // As Kubernetes writes it, the items of a list stand below its key.
  const within = Array.isArray(value) ? indent : `${indent}  `;
  write(value, { lines, indent: within, prefix: `${before}${scalar(key)}:` });
}

function isFilled(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

/** JSON's own form is YAML too. */
function scalar(value: unknown): string {
  return typeof value === 'string' && plain.test(value) && !taken.test(value) ? value : JSON.stringify(value);
}

// Owns what a line of the matrix is, a command and what must come of it, and how it is run. What is expected is written
// as kubectl prints it; blanks count no more than one, and what differs from run to run stands in braces.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { isAtLeast, type Kubectl, type KubectlVersion } from '../harness/kubectl.ts';
import { eventually, type Outcome } from '../harness/programs.ts';

/** The same for all versions, or for each version from the one that it stands under. */
type Expected = string | Partial<Record<KubectlVersion, string>>;

export interface Case {
  readonly does: string;
  /**
   * What follows `kubectl`, quoted as for a shell. `{ns}` is the namespace, `{node}` a node of this version's own,
   * `{home}` a directory of its own.
   */
  readonly command: string;
  /** The first version that has the command, and the first that has it no more. */
  readonly since?: KubectlVersion;
  readonly until?: KubectlVersion;
  /** A file of manifests/ as standard input. */
  readonly input?: string;
  readonly replacing?: readonly [from: string, to: string];
  /** Makes the editor: what sed does to the file. */
  readonly edits?: string;
  /** All of standard output; without it, it may say anything. */
  readonly prints?: Expected;
  /** Lines of standard output, in this order. */
  readonly contains?: Expected;
  /** All of standard error; without it, there is none. */
  readonly complains?: Expected;
  readonly code?: number;
  /** Commands, and what they print sooner or later, whether they succeed or not. */
  readonly leaves?: Readonly<Record<string, Expected>>;
}

export interface Group {
  readonly name: string;
  readonly cases: readonly Case[];
}

/** Where the commands of one version run. */
export interface Place {
  readonly kubectl: Kubectl;
  readonly version: KubectlVersion;
  readonly namespace: string;
  readonly node: string;
  /** A directory of its own, where kubectl also keeps what it remembers of the server. */
  readonly home: string;
}

const manifests = 'e2e/kubectl-matrix/manifests';

export function isKnownTo(version: KubectlVersion, { since, until }: Case): boolean {
  return (!since || isAtLeast(version, since)) && !(until && isAtLeast(version, until));
}

export async function runCase(one: Case, place: Place): Promise<void> {
  const outcome = await run(one.command, place, one);
  const said = `${outcome.stdout}${outcome.stderr}`;
  expect(outcome.code, said).toBe(one.code ?? 0);
  if (one.prints !== undefined) expectLines(outcome.stdout, textFor(one.prints, place));
  if (one.contains !== undefined) expectPart(outcome.stdout, textFor(one.contains, place));
  expectLines(withoutLog(outcome.stderr), textFor(one.complains ?? '', place));
  for (const [command, expected] of Object.entries(one.leaves ?? {})) {
    await eventually(
      command,
      async () => {
        const { stdout, stderr } = await run(command, place);
        expectLines(`${stdout}${stderr}`, textFor(expected, place));
        return true;
      },
      15_000,
    );
  }
}

function run(command: string, place: Place, { input, replacing, edits }: Partial<Case> = {}): Promise<Outcome> {
  const env = { HOME: place.home, ...(edits === undefined ? {} : { KUBE_EDITOR: editor(edits, place) }) };
  const text = input === undefined ? undefined : readFileSync(join(manifests, input), 'utf8');
  const [from = '', to = ''] = replacing ?? [];
  return place.kubectl.run(words(placed(command, place)), {
    cwd: manifests,
    env,
    input: text?.replaceAll(from || '\0', placed(to, place)),
  });
}

function placed(text: string, { namespace, node, home }: Place): string {
  return text.replaceAll('{ns}', namespace).replaceAll('{node}', node).replaceAll('{home}', home);
}

function editor(edits: string, { home }: Place): string {
  const file = join(home, 'editor');
  writeFileSync(file, `#!/bin/sh\nsed -i '${edits}' "$1"\n`);
  chmodSync(file, 0o700);
  return file;
}

/** As a shell takes it apart: blanks separate, single quotes keep together. */
function words(command: string): string[] {
  return [...command.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
}

/** The newest text that is no newer than the version. */
function textFor(expected: Expected, { version, namespace }: Place): string {
  const texts = typeof expected === 'string' ? { '1.20': expected } : expected;
  const fitting = Object.entries(texts).filter(([from]) => isAtLeast(version, from as KubectlVersion));
  return (fitting.at(-1)?.[1] ?? '').replaceAll('{ns}', namespace);
}

/** What may stand in place of a word in braces. */
const variable: Readonly<Record<string, string>> = {
  age: '(?:<invalid>|\\d+[smhd](?:\\d+[smh])?)',
  date: '\\w{3}, \\d\\d \\w{3} \\d{4} [\\d:]{8} \\+0000',
  hash: '[a-z0-9]{5,10}',
  id: '[a-z0-9]+',
  ip: '10\\.\\d+\\.\\d+\\.\\d+',
  node: 'node-\\d',
  port: '3\\d{4}',
  time: '20\\d\\d-\\d\\d-\\d\\dT[\\d:]{8}(?:\\.\\d+)?Z',
  uid: '[0-9a-f-]{36,64}',
  version: '\\d+',
  any: '.*',
};

function patternOf(line: string): RegExp {
  const escaped = line
    .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
    .replaceAll('{', '\\{')
    .replaceAll('}', '\\}');
  return new RegExp(`^${escaped.replace(/\\\{(\w+)\\\}/g, (same, name: string) => variable[name] ?? same)}$`);
}

/** What the libraries inside kubectl log, such as that a watch was short, is not what it tells. */
function withoutLog(text: string): string {
  return text.replace(/^[IWE]\d{4} [\d:.]+ .*\n?/gm, '');
}

/** Blanks at the ends, and empty lines, are nobody's concern; colours are for terminals. */
function linesOf(text: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is how a colour begins.
  const plain = text.replace(/\u001b\[[\d;]*m/g, '');
  return plain
    .split('\n')
    .map((line) => line.trim().replace(/\s+/g, ' '))
    .filter((line) => line !== '');
}

function expectLines(actual: string, expected: string): void {
  const lines = linesOf(actual);
  const patterns = linesOf(expected);
  const fits = lines.length === patterns.length && patterns.every((line, index) => patternOf(line).test(lines[index]!));
  // For a message that shows the difference.
  if (!fits) expect(lines).toEqual(patterns);
}

function expectPart(actual: string, expected: string): void {
  const lines = linesOf(actual);
  let from = 0;
  for (const line of linesOf(expected)) {
    const pattern = patternOf(line);
    const at = lines.findIndex((candidate, index) => index >= from && pattern.test(candidate));
    if (at < 0) expect(lines.join('\n')).toContain(line);
    from = at + 1;
  }
}

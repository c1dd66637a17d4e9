// Owns the formats of names, in Kubernetes' words. Each function says what is wrong with a text, and nothing if it is
// right. Source: RFC 1123, RFC 1035, Kubernetes API conventions.

function maxLength(max: number): string {
  return `must be no more than ${max} characters`;
}

function mismatch(message: string, pattern: string, ...examples: string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${pattern}')`;
  const quoted = examples.map((example) => `'${example}'`).join(',  or ');
  return `${message} (e.g. ${quoted}, regex used for validation is '${pattern}')`;
}

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const dns1123Label = new RegExp(`^${label}$`);
const dns1123LabelMessage =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";

/** At most 63 characters: namespaces, container names, port names of services. */
export function dns1123LabelProblems(text: string): string[] {
  const problems: string[] = [];
  if (text.length > 63) problems.push(maxLength(63));
  if (!dns1123Label.test(text)) problems.push(mismatch(dns1123LabelMessage, label, 'my-name', '123-abc'));
  return problems;
}

const subdomain = `${label}(\\.${label})*`;
const dns1123Subdomain = new RegExp(`^${subdomain}$`);
const dns1123SubdomainMessage =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";

/** At most 253 characters: the names of most objects. */
export function dns1123SubdomainProblems(text: string): string[] {
  const problems: string[] = [];
  if (text.length > 253) problems.push(maxLength(253));
  if (!dns1123Subdomain.test(text)) problems.push(mismatch(dns1123SubdomainMessage, subdomain, 'example.com'));
  return problems;
}

const label1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const dns1035Label = new RegExp(`^${label1035}$`);
const dns1035LabelMessage =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";

/** At most 63 characters, beginning with a letter: the names of services. */
export function dns1035LabelProblems(text: string): string[] {
  const problems: string[] = [];
  if (text.length > 63) problems.push(maxLength(63));
  if (!dns1035Label.test(text)) problems.push(mismatch(dns1035LabelMessage, label1035, 'my-name', 'abc-123'));
  return problems;
}

const qualified = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const qualifiedPattern = new RegExp(`^${qualified}$`);
const qualifiedMessage =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

/** `name` or `domain/name`: keys of labels and annotations. */
export function qualifiedNameProblems(text: string): string[] {
  const parts = text.split('/');
  const problems: string[] = [];
  let name = text;
  if (parts.length === 2) {
    const [prefix, rest] = parts as [string, string];
    name = rest;
    if (prefix === '') problems.push('prefix part must be non-empty');
    else problems.push(...dns1123SubdomainProblems(prefix).map((problem) => `prefix part ${problem}`));
  } else if (parts.length > 2) {
    const message = mismatch(`a qualified name ${qualifiedMessage}`, qualified, 'MyName', 'my.name', '123-abc');
    return [`${message} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  if (name === '') problems.push('name part must be non-empty');
  else if (name.length > 63) problems.push(`name part ${maxLength(63)}`);
  if (!qualifiedPattern.test(name))
    problems.push(`name part ${mismatch(qualifiedMessage, qualified, 'MyName', 'my.name', '123-abc')}`);
  return problems;
}

const labelValue = '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?';
const labelValuePattern = new RegExp(`^${labelValue}$`);

export function labelValueProblems(text: string): string[] {
  const problems: string[] = [];
  if (text.length > 63) problems.push(maxLength(63));
  if (!labelValuePattern.test(text))
    problems.push(
      mismatch(
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        labelValue,
        'MyValue',
        'my_value',
        '12345',
      ),
    );
  return problems;
}

const configMapKey = '[-._a-zA-Z0-9]+';
const configMapKeyPattern = new RegExp(`^${configMapKey}$`);

/** Keys of config maps and secrets, which become file names. */
export function configMapKeyProblems(text: string): string[] {
  const problems: string[] = [];
  if (text.length > 253) problems.push(maxLength(253));
  if (!configMapKeyPattern.test(text))
    problems.push(
      mismatch(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
        configMapKey,
        'key.name',
        'KEY_NAME',
        'key-name',
      ),
    );
  if (text === '.') problems.push("must not be '.'");
  else if (text === '..') problems.push("must not be '..'");
  else if (text.startsWith('..')) problems.push("must not start with '..'");
  return problems;
}

/** Since Kubernetes 1.32 nearly everything may be the name of an environment variable. */
export function environmentNameProblems(text: string): string[] {
  return /^[ -<>-~]+$/.test(text)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

/** At most 15 characters: the names of containers' ports. Source: RFC 6335. */
export function portNameProblems(text: string): string[] {
  const problems: string[] = [];
  if (text.length > 15) problems.push(maxLength(15));
  if (!/^[-a-z0-9]+$/.test(text))
    problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(text)) problems.push('must contain at least one letter (a-z)');
  if (text.includes('--')) problems.push('must not contain consecutive hyphens');
  if (text.startsWith('-') || text.endsWith('-')) problems.push('must not begin or end with a hyphen');
  return problems;
}

export function rangeProblem(min: number, max: number): string {
  return `must be between ${min} and ${max}, inclusive`;
}

export function portNumberProblems(port: number): string[] {
  return port >= 1 && port <= 65535 ? [] : [rangeProblem(1, 65535)];
}

const headerName = '[-A-Za-z0-9]+';

export function headerNameProblems(text: string): string[] {
  if (/^[-A-Za-z0-9]+$/.test(text)) return [];
  const message = "a valid HTTP header must consist of alphanumeric characters or '-'";
  return [mismatch(message, headerName, 'X-Header-Name')];
}

/** Bytes. Kubernetes sets no limit; a store does. */
const maxPathSegment = 1024;

/** What can stand between two slashes of a URL: the names of roles. */
export function pathSegmentProblems(text: string): string[] {
  if (text === '.' || text === '..') return [`may not be '${text}'`];
  if (Buffer.byteLength(text) > maxPathSegment) return [`must be no more than ${maxPathSegment} bytes`];
  return ['/', '%'].filter((sign) => text.includes(sign)).map((sign) => `may not contain '${sign}'`);
}

const urlPath = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const urlPathPattern = new RegExp(`^${urlPath}$`);

/** What can stand behind the host of a URL. */
export function urlPathProblems(text: string): string[] {
  return urlPathPattern.test(text) ? [] : [mismatch('Invalid path', urlPath)];
}

// Owns the slow, exact look at a JSON text that something is wrong with: the first syntax error in the words of
// Kubernetes' parser, and the paths of duplicate keys.

export interface JsonScan {
  /** What is wrong with the syntax. */
  readonly error?: string;
  readonly duplicateFields: readonly string[];
}

class SyntaxProblem extends Error {}

function shownCharacter(character: string): string {
  if (character === "'") return "'\\''";
  if (character === '"') return `'"'`;
  return `'${JSON.stringify(character).slice(1, -1)}'`;
}

export function scanJson(text: string): JsonScan {
  const duplicateFields: string[] = [];
  let at = 0;

  function fail(where: string): never {
    if (at >= text.length) throw new SyntaxProblem('unexpected end of JSON input');
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    throw new SyntaxProblem(`invalid character ${shownCharacter(character)} ${where}`);
  }
  function skipSpace(): void {
    while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at++;
  }
  function literal(word: string): void {
    for (const expected of word) {
      if (text[at] !== expected) fail(`in literal ${word} (expecting ${shownCharacter(expected)})`);
      at++;
    }
  }
  function string(): string {
    const start = at++;
    while (text[at] !== '"') {
      if (at >= text.length || text.charCodeAt(at) < 0x20) fail('in string literal');
      if (text[at] === '\\') {
        at++;
        if (at >= text.length || !'"\\/bfnrtu'.includes(text.charAt(at))) fail('in string escape code');
        if (text[at] === 'u')
          for (let digit = 0; digit < 4; digit++) {
            at++;
            if (!/[0-9a-fA-F]/.test(text.charAt(at))) fail('in \\u hexadecimal character escape');
          }
      }
      at++;
    }
    at++;
    return JSON.parse(text.slice(start, at)) as string;
  }
  function digits(where: string): void {
    if (!/\d/.test(text.charAt(at))) fail(where);
    while (/\d/.test(text.charAt(at))) at++;
  }
  function number(): void {
    if (text[at] === '-') at++;
    if (text[at] === '0') at++;
    else digits('in numeric literal');
    if (text[at] === '.') {
      at++;
      digits('after decimal point in numeric literal');
    }
    if (text[at] === 'e' || text[at] === 'E') {
      at++;
      if (text[at] === '+' || text[at] === '-') at++;
      digits('in exponent of numeric literal');
    }
  }
  function object(path: string): void {
    const seen = new Set<string>();
    at++;
    skipSpace();
    if (text[at] === '}') {
      at++;
      return;
    }
    for (;;) {
      skipSpace();
      if (text[at] !== '"') fail('looking for beginning of object key string');
      const key = string();
      const field = path ? `${path}.${key}` : key;
      if (seen.has(key)) duplicateFields.push(field);
      seen.add(key);
      skipSpace();
      if (text[at] !== ':') fail('after object key');
      at++;
      value(field);
      skipSpace();
      if (text[at] === '}') break;
      if (text[at] !== ',') fail('after object key:value pair');
      at++;
    }
    at++;
  }
  function array(path: string): void {
    at++;
    skipSpace();
    if (text[at] === ']') {
      at++;
      return;
    }
    for (let index = 0; ; index++) {
      value(`${path}[${index}]`);
      skipSpace();
      if (text[at] === ']') break;
      if (text[at] !== ',') fail('after array element');
      at++;
    }
    at++;
  }
  function value(path: string): void {
    skipSpace();
    const character = text.charAt(at);
    if (character === '{') object(path);
    else if (character === '[') array(path);
    else if (character === '"') string();
    else if (character === 't') literal('true');
    else if (character === 'f') literal('false');
    else if (character === 'n') literal('null');
    else if (character !== '' && '-0123456789'.includes(character)) number();
    else fail('looking for beginning of value');
  }

  try {
    value('');
    skipSpace();
    if (at < text.length) fail('after top-level value');
    return { duplicateFields };
  } catch (error) {
    if (error instanceof SyntaxProblem) return { error: error.message, duplicateFields };
    throw error;
  }
}

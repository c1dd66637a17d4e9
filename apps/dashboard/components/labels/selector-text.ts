// Owns label selectors as people edit them: a text in the API's grammar, split into its requirements so that a chip can
// add, take away or turn one round. The server judges whether the text is valid. Pure.

/** Splits `a=b,c in (d,e)` at the commas outside the brackets. */
export function requirementsOf(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const character of text) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === ',' && depth <= 0) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  parts.push(part);
  return parts.map((one) => one.trim()).filter((one) => one !== '');
}

/** `include` and `exclude` are the two things that a chip does. */
export type Choice = 'include' | 'exclude';

const equality = /^\s*([^\s=!,()]+)\s*(==|=|!=)\s*([^\s=!,()]*)\s*$/;

function same(requirement: string, key: string, value: string): Choice | undefined {
  const match = equality.exec(requirement);
  if (!match || match[1] !== key || match[3] !== value) return undefined;
  return match[2] === '!=' ? 'exclude' : 'include';
}

/** What the selector says of one label, where it names it by `=` or `!=`. */
export function choiceOf(text: string, key: string, value: string): Choice | undefined {
  for (const requirement of requirementsOf(text)) {
    const found = same(requirement, key, value);
    if (found) return found;
  }
  return undefined;
}

/**
 * Clicking a chip: puts the requirement, turns it round, or takes it away when it stands there already. Including a
 * value takes the place of another value of the same key, as nothing could match both.
 */
export function toggle(text: string, label: { readonly key: string; readonly value: string }, choice: Choice): string {
  const { key, value } = label;
  const standing = choiceOf(text, key, value);
  const kept = requirementsOf(text).filter((requirement) => {
    if (same(requirement, key, value)) return false;
    const match = equality.exec(requirement);
    return !(choice === 'include' && standing !== 'include' && match?.[1] === key && match[2] !== '!=');
  });
  if (standing !== choice) kept.push(choice === 'include' ? `${key}=${value}` : `${key}!=${value}`);
  return kept.join(',');
}

export function without(text: string, requirement: string): string {
  return requirementsOf(text)
    .filter((one) => one !== requirement)
    .join(',');
}

/** The selector that matches exactly these labels: `a=b,c=d`. */
export function selectorOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

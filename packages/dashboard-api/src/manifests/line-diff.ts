// Owns the difference between two texts, for the audit: the lines that went and came.

/** `- old`, `+ new`; unchanged stretches are left out. At most `limit` lines, then an ellipsis. */
export function lineDiff(before: string, after: string, limit = 200): string {
  const [old, fresh] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start++;
  let end = 0;
  while (end < Math.min(old.length, fresh.length) - start && old.at(-1 - end) === fresh.at(-1 - end)) end++;
  const lines = changes(old.slice(start, old.length - end), fresh.slice(start, fresh.length - end));
  return lines.length > limit ? [...lines.slice(0, limit), '…'].join('\n') : lines.join('\n');
}

/** Texts whose differing middle is longer than this are shown as one block that replaces another. */
const comparable = 2_000;

/** By the longest common subsequence of lines. */
function changes(old: readonly string[], fresh: readonly string[]): string[] {
  if (old.length * fresh.length > comparable * comparable) {
    return [...old.map((line) => `- ${line}`), ...fresh.map((line) => `+ ${line}`)];
  }
  const width = fresh.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = fresh.length - 1; j >= 0; j--) {
      common[i * width + j] =
        old[i] === fresh[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
    }
  }
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      i++;
      j++;
    } else if (j >= fresh.length || (i < old.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!)) {
      lines.push(`- ${old[i++]}`);
    } else lines.push(`+ ${fresh[j++]}`);
  }
  return lines;
}

// Owns finding the place in a YAML text that a bad field's path names. Pure.
import { isMap, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';

/** `spec.containers[0].name` → its keys. Quoted keys such as `labels['a.b']` and `labels[a.b]` count as one. */
export function pathOf(field: string): (string | number)[] {
  return [...field.matchAll(/\[(?:"([^"]*)"|'([^']*)'|([^\]]*))\]|([^.[\]]+)/g)].map(
    ([, double, single, bare, plain]) => {
      const key = double ?? single ?? bare ?? plain ?? '';
      return bare !== undefined && /^\d+$/.test(bare) ? Number(bare) : key;
    },
  );
}

/**
 * The offset in the text of the deepest part of the path that is there, in the document that begins on or after this
 * line; the document's begin when none is.
 */
export function offsetOfField(text: string, documentIndex: number, field: string): number {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines });
  const all = Array.isArray(documents) ? documents : [];
  const document = all.filter((one) => one.contents !== null)[documentIndex];
  if (!document) return 0;
  let offset = document.contents?.range?.[0] ?? 0;
  let node: Node | null = document.contents;
  for (const key of pathOf(field)) {
    if (isMap(node)) {
      const pair = node.items.find((item) => String((item.key as { value?: unknown }).value) === String(key));
      if (!pair) return offset;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value as Node | null;
    } else if (isSeq(node)) {
      node = (node.items[Number(key)] as Node | undefined) ?? null;
      if (!node) return offset;
      offset = node.range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
}

// Owns finding the fields of a document that no type knows, in the order in which they stand there.
import { type Shape, shapeOf, structOf } from '../api/schema.ts';
import { isObject } from '../json-value.ts';

/** Their paths, such as `spec.containers[0].imagee`. `type` is the document's key in the API facts. */
export function unknownFieldsOf(type: string, document: unknown): string[] {
  const found: string[] = [];
  visit(shapeOf(type), document, { path: '', found });
  return found;
}

function visit(shape: Shape, value: unknown, { path, found }: { path: string; found: string[] }): void {
  if (shape.form === 'list' && Array.isArray(value))
    value.forEach((item, index) => {
      visit(shape.element, item, { path: `${path}[${index}]`, found });
    });
  if (!isObject(value)) return;
  const below = (key: string) => (path ? `${path}.${key}` : key);
  if (shape.form === 'map')
    for (const [key, item] of Object.entries(value)) visit(shape.element, item, { path: below(key), found });
  if (shape.form !== 'struct') return;
  const struct = structOf(shape.type);
  for (const [key, item] of Object.entries(value)) {
    const field = struct.field(key);
    if (field) visit(field.shape, item, { path: below(key), found });
    else found.push(below(key));
  }
}

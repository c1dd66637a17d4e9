// Owns finding the fields of a document that no type knows, in the order in which they stand there.
import { type Shape, schemaType, shapeOf, structOf } from '../api/schema.ts';
import { isObject } from '../json-value.ts';
import { isSchemaUnion } from './schema-unions.ts';

/** Their paths, such as `spec.containers[0].imagee`. `type` is the document's key in the API facts. */
export function unknownFieldsOf(type: string, document: unknown): string[] {
  const found: string[] = [];
  visit(shapeOf(type), document, { path: '', found });
  return found;
}

const schemas = { form: 'list', element: shapeOf(schemaType), goName: '[]v1.JSONSchemaProps' } as const;

function visit(shape: Shape, value: unknown, { path, found }: { path: string; found: string[] }): void {
  if (shape.form === 'list' && Array.isArray(value))
    value.forEach((item, index) => {
      visit(shape.element, item, { path: `${path}[${index}]`, found });
    });
  if (shape.form === 'opaque' && isSchemaUnion(shape.opaque))
    visit(Array.isArray(value) ? schemas : schemas.element, value, { path, found });
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

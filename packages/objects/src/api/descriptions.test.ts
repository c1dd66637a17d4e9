import { expect, test } from 'vitest';
import { kinds, measuredKinds, transientKinds } from '../kinds/registry.ts';
import sentences from './descriptions.json' with { type: 'json' };
import { type Shape, structOf } from './schema.ts';

/** The struct that a value of the shape is, or is made of. */
function structWithin(shape: Shape): string | undefined {
  if (shape.form === 'list' || shape.form === 'map') return structWithin(shape.element);
  return shape.form === 'struct' ? shape.type : undefined;
}

test.each([...kinds, ...transientKinds, ...measuredKinds])(
  '$resource.kind is described, and so are the fields of its parts',
  (kind) => {
    const undescribed: string[] = [];
    const look = (type: string, path: string, depth: number) => {
      const struct = structOf(type);
      if (!struct.description) undescribed.push(path);
      for (const { name, description, shape } of struct.fields) {
        const within = structWithin(shape);
        if (!description) undescribed.push(`${path}.${name}`);
        if (within && depth > 1) look(within, `${path}.${name}`, depth - 1);
      }
    };
    look(kind.resource.type, kind.resource.plural, 2);
    expect(undescribed).toEqual([]);
  },
);

test.each(Object.entries(sentences).filter(([type]) => type !== '*'))(
  '%s has the fields that are described',
  (type, described) => {
    const fields = structOf(type).fields.map(({ name }) => name);
    expect(Object.keys(described).filter((name) => name !== '' && !fields.includes(name))).toEqual([]);
    for (const sentence of Object.values(described)) expect(sentence).toMatch(/\.$/);
  },
);

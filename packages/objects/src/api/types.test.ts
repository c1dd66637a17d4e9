import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { kinds } from '../kinds/registry.ts';
import { allTypes, shapeOf, structOf } from './schema.ts';

const root = join(import.meta.dirname, '../../../..');
const directory = mkdtempSync(join(tmpdir(), 'berth-types-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the generated types', () => {
  it('are those of the facts', () => {
    const target = join(directory, 'types.ts');
    execFileSync('node', ['scripts/generate-types.mjs', target], { cwd: root });
    expect(readFileSync(join(root, 'packages/objects/src/api/types.ts'), 'utf8')).toBe(readFileSync(target, 'utf8'));
  });
});

describe('the facts', () => {
  it('describe every type that they mention', () => {
    for (const type of allTypes) {
      const shape = shapeOf(type);
      if (shape.form === 'struct') expect(structOf(shape.type).fields.length).toBeGreaterThanOrEqual(0);
    }
  });
  it('describe every kind of the registry as a document with metadata', () => {
    for (const { resource } of kinds) {
      const struct = structOf(resource.type);
      expect(struct.document).toBe(true);
      expect(struct.field('metadata')).toBeDefined();
    }
  });
  it('flatten inlined structs', () => {
    expect(structOf('io.k8s.api.core.v1.Volume').field('emptyDir')).toBeDefined();
    expect(structOf('io.k8s.api.core.v1.Probe').field('httpGet')).toBeDefined();
  });
});

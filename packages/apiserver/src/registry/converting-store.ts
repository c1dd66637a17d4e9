// Owns writing objects that are kept in another form than the one that is written, and that somebody else converts: a
// layer over the store of what is kept.
import { type Draft, deepFreeze, type Kind, type KubeObject, type ObjectName } from '@berth/objects';
import type { Attempt, ObjectStore } from './object-store.ts';

export type Objects = Pick<ObjectStore, 'insert' | 'checkAbsent' | 'change'>;

export class ConvertingStore implements Objects {
  readonly #objects: Objects;

  constructor(objects: Objects) {
    this.#objects = objects;
  }

  async insert<T extends KubeObject>(kind: Kind<T>, draft: Draft<T>): Promise<T> {
    const { conversion } = kind;
    if (!conversion) return this.#objects.insert(kind, draft);
    const stored = await conversion.store(draft as T);
    return this.#shown(kind, await this.#objects.insert(conversion.kept, stored as Draft<KubeObject>));
  }

  checkAbsent<T extends KubeObject>(kind: Kind<T>, name: ObjectName): Promise<void> {
    const { conversion } = kind;
    return conversion ? this.#objects.checkAbsent(conversion.kept, name) : this.#objects.checkAbsent(kind, name);
  }

  async change<T extends KubeObject>(
    kind: Kind<T>,
    target: ObjectName,
    options: { readonly dryRun: boolean; decide(old: T): Promise<Attempt<T>> },
  ): Promise<T> {
    const { conversion } = kind;
    if (!conversion) return this.#objects.change(kind, target, options);
    const kept = await this.#objects.change(conversion.kept, target, {
      dryRun: options.dryRun,
      decide: async (stored) => {
        const attempt = await options.decide(await this.#shown(kind, stored));
        try {
          return await converted(kind, attempt);
        } catch (error) {
          attempt.settle(false);
          throw error;
        }
      },
    });
    return this.#shown(kind, kept);
  }

  async #shown<T extends KubeObject>({ conversion }: Kind<T>, stored: KubeObject): Promise<T> {
    const [object] = await conversion!.show([stored]);
    return object!;
  }
}

async function converted<T extends KubeObject>(
  { conversion }: Kind<T>,
  { outcome, settle }: Attempt<T>,
): Promise<Attempt<KubeObject>> {
  switch (outcome.type) {
    case 'keep':
      return { outcome, settle };
    case 'write': {
      const draft = (await conversion!.store(outcome.draft as T)) as Draft<KubeObject>;
      return { outcome: { type: 'write', draft }, settle };
    }
    case 'remove':
      return { outcome: { type: 'remove', last: deepFreeze(await conversion!.store(outcome.last)) }, settle };
  }
}

// Owns create and update: decode, server metadata, admission, validation, compare-and-write. Patches and subresources
// are updates whose new object is made from the old one.
import { type Clock, type Random, timestamp } from '@berth/host';
import {
  apiVersionOf,
  badRequestError,
  type Decoded,
  type DeletionOptions,
  type Draft,
  decode,
  deepFreeze,
  documentOf,
  type FieldError,
  invalidError,
  isReason,
  type Kind,
  type KubeObject,
  type ObjectName,
  StatusError,
  storageOf,
  trackCreate,
  trackedTypeOf,
  trackUpdate,
  type UserInfo,
  type WriteOptions,
} from '@berth/objects';
import type { Admission, AdmissionChain, RequestFacts } from '../admission/chain.ts';
import { optionsOf, patchDraft, sentForm } from './admission-forms.ts';
import type { Objects } from './converting-store.ts';
import {
  checkDeleteOptions,
  checkDeletePreconditions,
  type Deletion,
  decideDeletion,
  isReleased,
  warningOfDelete,
} from './deletion.ts';
import type { Attempt, Outcome } from './object-store.ts';
import { checkTarget, countGeneration, generateName, prepareCreate, prepareUpdate } from './strategy.ts';

/** How often a generated name is tried again when there is such an object already. Source: Kubernetes 1.32. */
const generateAttempts = 8;

/**
 * Which part of the object an update is about. `status`: under the rules of its subresource, as is `named`, one of
 * the kind's own. `whole`: a subresource of the server's own, which changes what it has to and nothing else, so that the kind's rules for updates do not apply.
 */
export type UpdatedPart = 'main' | 'status' | 'named' | 'whole';

export interface UpdateRequest<T extends KubeObject> {
  readonly user: UserInfo;
  readonly kind: Kind<T>;
  readonly target: ObjectName;
  readonly part: UpdatedPart;
  /** As admission plugins see it. */
  readonly subresource?: string;
  /** The change sets the managers of the object's fields itself, or is of a kind for which nobody becomes one. */
  readonly untracked?: boolean;
  /** Admission has been asked already, about what was sent. */
  readonly admitted?: boolean;
  /** The client sent a whole object, and not what to change. */
  readonly replaces?: boolean;
  readonly options: WriteOptions;
  /** The object as it is to be. Called again, with a newer object, when another write came between. */
  change(old: T): Draft<T>;
}

const admitted: Admission = { async admit() {}, async validate() {}, async allocate() {}, settle() {} };

export class Writes {
  readonly #objects: Objects;
  readonly #admission: AdmissionChain;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(options: { objects: Objects; admission: AdmissionChain; clock: Clock; random: Random }) {
    this.#objects = options.objects;
    this.#admission = options.admission;
    this.#clock = options.clock;
    this.#random = options.random;
  }

  async create<T extends KubeObject>(
    user: UserInfo,
    kind: Kind<T>,
    request: { readonly namespace: string | undefined; readonly body: unknown; readonly options: WriteOptions },
  ): Promise<T> {
    const { namespace, body, options } = request;
    const draft = reportWarnings(decode(documentOf(kind), body, options), options);
    return this.insert(user, kind, { namespace, draft, options });
  }

  /** Creates what a draft says, which is given away. `untracked`: its managers are set already. */
  async insert<T extends KubeObject>(
    user: UserInfo,
    kind: Kind<T>,
    request: {
      readonly namespace: string | undefined;
      readonly draft: Draft<T>;
      readonly options: WriteOptions;
      readonly untracked?: boolean;
    },
  ): Promise<T> {
    const { namespace, draft, options, untracked } = request;
    const refusal = kind.refusesNew?.();
    if (refusal) throw new StatusError('MethodNotAllowed', refusal);
    const { metadata } = draft as Draft<KubeObject>;
    const generated = !metadata.name && metadata.generateName ? metadata.generateName : undefined;
    prepareCreate(kind, draft, { namespace, clock: this.#clock, random: this.#random });
    kind.setDefaults?.(draft);
    if (kind.resource.namespaced && !metadata.namespace)
      throw badRequestError('an empty namespace may not be set during creation');
    if (!untracked) trackCreate(draft as Draft<KubeObject>, this.#write(user, kind, { options }));
    const admission = this.#begin(user, kind, { operation: 'CREATE', draft, old: undefined, options });
    let written = false;
    try {
      await admission.admit();
      kind.prepareForCreate?.(draft);
      refuse(kind, draft as T, [...kind.validate(draft as T), ...(kind.validateCreate?.(draft as T) ?? [])]);
      await admission.validate();
      await admission.allocate();
      if (options.dryRun) {
        await this.#objects.checkAbsent(kind, metadata);
        return deepFreeze(draft as T);
      }
      const stored = await this.#insert(kind, draft, generated);
      written = true;
      return stored;
    } finally {
      admission.settle(written);
    }
  }

  async #insert<T extends KubeObject>(kind: Kind<T>, draft: Draft<T>, generated: string | undefined): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#objects.insert(kind, draft);
      } catch (error) {
        if (generated === undefined || attempt === generateAttempts || !isReason(error, 'AlreadyExists')) throw error;
        (draft as Draft<KubeObject>).metadata.name = generateName(generated, this.#random);
      }
    }
  }

  update<T extends KubeObject>(request: UpdateRequest<T>): Promise<T> {
    const { kind, target, options } = request;
    return this.#objects.change(kind, target, {
      dryRun: options.dryRun ?? false,
      decide: (old) => this.#decideUpdate(request, old),
    });
  }

  async #decideUpdate<T extends KubeObject>(request: UpdateRequest<T>, old: T): Promise<Attempt<T>> {
    const { user, kind, part, subresource, options } = request;
    const draft = request.change(old);
    checkTarget(kind, draft, old.metadata);
    prepareUpdate(kind, draft, { old, replaces: request.replaces ?? false });
    if (part !== 'whole') kind.setDefaults?.(draft);
    if (!request.untracked)
      trackUpdate(draft as Draft<KubeObject>, old, this.#write(user, kind, { options, subresource }));
    const admission = request.admitted
      ? admitted
      : this.#begin(user, kind, { operation: 'UPDATE', draft, old, options, subresource });
    try {
      await admission.admit();
      if (part === 'status') {
        kind.prepareForStatusUpdate?.(draft, old);
        refuse(kind, draft as T, kind.validateStatusUpdate?.(draft as T, old) ?? []);
      } else if (part === 'named') {
        const rules = kind.parts?.[subresource ?? ''];
        rules?.prepareForUpdate(draft, old);
        refuse(kind, draft as T, rules?.validateUpdate(draft as T, old) ?? []);
      } else if (part === 'main') {
        kind.prepareForUpdate?.(draft, old);
        countGeneration(kind, draft, old);
        refuse(kind, draft as T, [
          ...kind.validate(draft as T, old),
          ...(kind.validateUpdate?.(draft as T, old) ?? []),
        ]);
      }
      await admission.validate();
      await admission.allocate();
    } catch (error) {
      admission.settle(false);
      throw error;
    }
    return { outcome: outcomeOf(kind, draft), settle: admission.settle };
  }

  async delete<T extends KubeObject>(
    user: UserInfo,
    kind: Kind<T>,
    request: { readonly target: ObjectName; readonly options: DeletionOptions },
  ): Promise<T> {
    const { target, options } = request;
    checkDeleteOptions(options);
    const warning = warningOfDelete(kind, options);
    if (warning) options.onWarning?.(warning);
    const dryRun = options.dryRun?.includes('All') ?? false;
    return this.#objects.change(kind, target, {
      dryRun,
      decide: async (old) => {
        checkDeletePreconditions(kind, old, options);
        const admission = this.#begin(user, kind, { operation: 'DELETE', draft: undefined, old, options });
        try {
          await admission.admit();
          await admission.validate();
        } catch (error) {
          admission.settle(false);
          throw error;
        }
        const deletion = decideDeletion(kind, old, { options, nowMs: this.#clock.now() });
        const outcome = deletionOutcome(deletion, old);
        return { outcome, settle: admission.settle };
      },
    });
  }

  /** Who writes what, for the managers of the object's fields. */
  #write<T extends KubeObject>(
    user: UserInfo,
    kind: Kind<T>,
    { options, subresource }: { readonly options: WriteOptions; readonly subresource?: string },
  ) {
    // Whoever does not say as what it writes is one of this server's own parts, whose users are named after them.
    const manager = options.fieldManager ?? user.name.replace(/^system:/, '');
    const within = kind.parts?.[subresource ?? '']?.within;
    const tracked = within === undefined ? subresource : within === 'status' ? 'status' : undefined;
    return {
      type: trackedTypeOf(documentOf(kind), { hasStatus: kind.subresources.includes('status'), subresource: tracked }),
      name: { manager, operation: 'Update', apiVersion: apiVersionOf(kind.resource), subresource },
      time: timestamp(this.#clock),
    } as const;
  }

  #begin<T extends KubeObject>(
    user: UserInfo,
    kind: Kind<T>,
    facts: {
      operation: RequestFacts['operation'];
      draft: Draft<T> | undefined;
      old: T | undefined;
      options: WriteOptions | DeletionOptions;
      subresource?: string;
    },
  ): Admission {
    const { draft, old, options, operation } = facts;
    const { namespace, name } = (draft as Draft<KubeObject> | undefined)?.metadata ?? old!.metadata;
    const { dryRun } = options;
    return this.#admission.begin({
      user,
      operation,
      resource: kind.resource,
      subresource: facts.subresource,
      namespace,
      name,
      dryRun: Array.isArray(dryRun) ? dryRun.includes('All') : dryRun === true,
      draft: draft as Draft<KubeObject> | undefined,
      old,
      sent: sentForm(kind, facts),
      notices: options,
      options: () => optionsOf(operation, options),
      ...(draft ? { patch: (operations) => patchDraft(kind, { ...facts, draft }, operations) } : {}),
    });
  }
}

/** Tells the client what was dropped from the body. */
export function reportWarnings<T>({ object, warnings }: Decoded<T>, options: WriteOptions): Draft<T> {
  for (const warning of warnings) options.onWarning?.(warning);
  return object;
}

/** Throws Invalid if there are errors; of a view, Kubernetes names the kind that is kept. */
function refuse<T extends KubeObject>(kind: Kind<T>, object: T, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalidError(storageOf(kind), object.metadata.name, errors);
}

function deletionOutcome<T extends KubeObject>(deletion: Deletion<T>, old: T): Outcome<T> {
  switch (deletion.type) {
    case 'remove':
      return { type: 'remove', last: old };
    case 'mark':
      return { type: 'write', draft: deletion.draft };
    case 'keep':
      return deletion;
  }
}

/** An update that takes away what an object in deletion waited for removes it. */
function outcomeOf<T extends KubeObject>(kind: Kind<T>, draft: Draft<T>): Outcome<T> {
  return isReleased(kind.resource, draft as T)
    ? { type: 'remove', last: deepFreeze(draft as T) }
    : { type: 'write', draft };
}

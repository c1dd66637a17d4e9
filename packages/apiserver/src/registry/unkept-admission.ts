// Owns the admission of what is asked for and not kept: reviews, tokens, bindings, evictions. What was sent passes the
// whole chain, and may be changed by it as an object may.
import {
  badRequestError,
  type DocumentType,
  type Draft,
  type KubeObject,
  type Resource,
  type UserInfo,
  type WriteOptions,
} from '@berth/objects';
import type { AdmissionChain } from '../admission/chain.ts';
import { optionsOf, patchDocument } from './admission-forms.ts';

export interface UnkeptRequest<T extends KubeObject> {
  readonly user: UserInfo;
  readonly resource: Resource<KubeObject>;
  readonly subresource?: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly document: DocumentType<T>;
  readonly draft: Draft<T>;
  readonly options: WriteOptions;
}

/** `check` throws StatusError for what is not valid, after everybody who may change the draft and before those who look at it. */
export async function admitUnkept<T extends KubeObject>(
  admission: AdmissionChain,
  { document, draft, options, ...facts }: UnkeptRequest<T>,
  check: () => void,
): Promise<void> {
  const { group, version, kind } = document;
  placeIn(facts.namespace, (draft as Draft<KubeObject>).metadata);
  const request = admission.begin({
    ...facts,
    operation: 'CREATE',
    dryRun: options.dryRun ?? false,
    draft: draft as Draft<KubeObject>,
    old: undefined,
    sent: { kind: { group, version, kind }, object: () => draft, old: () => undefined },
    notices: options,
    options: () => optionsOf('CREATE', options),
    patch: (operations) => patchDocument(document, draft, operations),
  });
  try {
    await request.admit();
    check();
    await request.validate();
  } finally {
    request.settle(false);
  }
}

/** Throws BadRequest if the draft says that it is in another namespace than the request. */
function placeIn(namespace: string | undefined, metadata: Draft<KubeObject>['metadata']): void {
  if (namespace) metadata.namespace ||= namespace;
  if ((metadata.namespace ?? '') !== (namespace ?? ''))
    throw badRequestError('the namespace of the provided object does not match the namespace sent on the request');
}

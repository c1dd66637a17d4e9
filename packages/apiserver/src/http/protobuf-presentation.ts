// Owns the protobuf forms in which objects, lists and watch events leave the server: themselves, or their metadata.
import {
  apiVersionOf,
  type KubeObject,
  listKindOf,
  type ProtobufForm,
  protobufDocument,
  protobufList,
  protobufMessage,
  protobufMetadata,
  protobufWatchFrame,
  type Resource,
  type Status,
} from '@berth/objects';
import { messageOf, protobufFrameOf } from '../protobuf-encoding.ts';
import type { Presentation } from './presentation.ts';

export const protobufType = 'application/vnd.kubernetes.protobuf';

/** `form`: of the objects; a subresource's are of another kind than the resource's. */
export function protobufPresentation(resource: Resource<KubeObject>, form: ProtobufForm): Presentation {
  const listKind = { kind: listKindOf(resource), apiVersion: apiVersionOf(resource) };
  return {
    ...shared,
    object: (object) => protobufDocument(object, messageOf(object, form)),
    list: ({ metadata, items }) =>
      protobufDocument(
        listKind,
        protobufList(
          metadata,
          items.map((item) => messageOf(item, form)),
        ),
      ),
    event: (event) => protobufFrameOf(event, form),
  };
}

export function protobufMetadataPresentation(apiVersion: string): Presentation {
  const kind = { kind: 'PartialObjectMetadata', apiVersion };
  const document = (object: { readonly metadata: object }) => protobufDocument(kind, protobufMetadata(object));
  return {
    ...shared,
    object: document,
    list: ({ metadata, items }) =>
      protobufDocument({ kind: `${kind.kind}List`, apiVersion }, protobufList(metadata, items.map(protobufMetadata))),
    event: (event) => protobufWatchFrame(event.type, document(event.object)),
  };
}

export function protobufStatus(status: Status): Buffer {
  const kind = { apiVersion: 'v1', kind: 'Status' };
  return protobufDocument(kind, protobufMessage(status, 'io.k8s.apimachinery.pkg.apis.meta.v1.Status'));
}

const shared = {
  status: protobufStatus,
  failure: (status: Status) => protobufWatchFrame('ERROR', protobufStatus(status)),
  watchType: `${protobufType};stream=watch`,
};

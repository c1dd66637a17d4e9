export * from './api/schema.ts';
export * from './api/types.ts';
// The API has a type of the same name: how a review shows a user.
export type { UserInfo } from './api-request.ts';
export * from './api-request.ts';
export * from './api-token.ts';
export * from './bootstrap-token.ts';
export * from './certificate-request.ts';
export * from './completion-indexes.ts';
export * from './cron/next.ts';
export { CronError, type CronSchedule, parseCron } from './cron/parse.ts';
export { type OffsetAt, offsetsOf } from './cron/time-zone.ts';
export { approvalOf, isProtectedGroup } from './custom/api-approval.ts';
export { kubernetesEnvironment } from './custom/cel/library.ts';
export { Meter } from './custom/cel/metered.ts';
export type { Converter } from './custom/conversion.ts';
export { type ConversionWebhook, customKinds } from './custom/custom-kind.ts';
export { type Decoded, type DecodeOptions, decode } from './decode/decode.ts';
export { timeProblem } from './decode/opaque.ts';
export { type ParsedBody, parseJson, parsePatch } from './decode/parse-json.ts';
export { parseYaml } from './decode/parse-yaml.ts';
export { documentOf, formOf } from './documents/facts-form.ts';
export type { DocumentForm, DocumentType, ProtobufForm } from './documents/form.ts';
export * from './encode.ts';
export * from './errors/field-error.ts';
export * from './errors/status-error.ts';
export { goDuration } from './go-duration.ts';
export { ageColumn, nameColumn } from './kinds/columns.ts';
export { customResourceCleanup, hasAcceptedNames } from './kinds/custom-resource-definition.ts';
export { templateGeneration } from './kinds/daemon-set.ts';
export * from './kinds/duration.ts';
export * from './kinds/job-names.ts';
export * from './kinds/kind.ts';
export { nodeStatus } from './kinds/node.ts';
export { type PodSummary, podStatusReason, summarizePod } from './kinds/pod-summary.ts';
export { systemPriorityClasses } from './kinds/priority-class.ts';
export * from './kinds/registry.ts';
export { applyScale, scaleColumns, scaleDocument, scaleOf } from './kinds/scale.ts';
export { type ApplyRequest, serverSideApply } from './managed-fields/server-side-apply.ts';
export { trackedTypeOf } from './managed-fields/tracked-type.ts';
export { trackCreate, trackUpdate } from './managed-fields/tracking.ts';
export * from './object.ts';
export { applyPatch, type Patch, patchTypesOf, unsupportedMediaTypeError } from './patches/apply-patch.ts';
export { decodeProtobuf } from './protobuf/decode-protobuf.ts';
export {
  hasProtobuf,
  protobufDocument,
  protobufList,
  protobufMessage,
  protobufMetadata,
  protobufWatchFrame,
} from './protobuf/encode-protobuf.ts';
export { ProtobufWriter } from './protobuf/writer.ts';
export * from './quantity.ts';
export {
  type Amounts,
  differenceOf,
  onlyAboveZero,
  onlyNamed,
  sameAmounts,
  showAmounts,
  sumOf,
} from './quota/amounts.ts';
export { type CountedKind, chargeOf, concernsObject, isCounted, namesBoundBy, totalCharge } from './quota/charges.ts';
export { isExtendedName, isStandardName } from './quota/names.ts';
export * from './resource.ts';
export * from './selectors/field-selector.ts';
export * from './selectors/label-selector.ts';
export * from './selectors/node-selector.ts';
export { isTolerated, tolerates } from './tolerations.ts';
export { isJob, isJobFinished } from './validation/job-status.ts';
export { dns1123SubdomainProblems, pathSegmentProblems } from './validation/names.ts';
export { compareVersions } from './version-order.ts';
export { toYaml } from './yaml.ts';

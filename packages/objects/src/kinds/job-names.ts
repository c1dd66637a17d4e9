// Owns the names that a job leaves on its pods. Source: Kubernetes, well-known labels, annotations and finalizers.

/** The uid of the job; every pod of a job with a generated selector has it. */
export const controllerUidLabel = 'batch.kubernetes.io/controller-uid';
export const jobNameLabel = 'batch.kubernetes.io/job-name';
/** As both were called before they had a prefix; pods have either spelling. */
export const legacyControllerUidLabel = 'controller-uid';
export const legacyJobNameLabel = 'job-name';

/** A pod has it until its job has counted how it ended. */
export const jobTrackingFinalizer = 'batch.kubernetes.io/job-tracking';

/** Label and annotation: which of an Indexed Job's completions the pod works on. */
export const completionIndexName = 'batch.kubernetes.io/job-completion-index';
/** Annotations: how many pods failed at the index before this one, those that count and those that do not. */
export const indexFailureCount = 'batch.kubernetes.io/job-index-failure-count';
export const ignoredIndexFailureCount = 'batch.kubernetes.io/job-index-ignored-failure-count';

/** Annotation: for which time a cron job made the job. */
export const cronJobScheduledTime = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** Who works a job off that names nobody. */
export const jobController = 'kubernetes.io/job-controller';

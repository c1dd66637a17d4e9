export { type Choice, explanationOf } from './pipeline.ts';
export { preview, snapshotOf } from './preview.ts';
export { createScheduler, type SchedulerOptions } from './scheduler.ts';
export type { Snapshot } from './snapshot.ts';

export { createEventRecorder, type EventRecorder, type EventRecorderOptions } from './event-recorder.ts';
export { createLeaderElection, type LeaderElectionOptions, type LeaseTiming } from './leader-election.ts';
export { createLoop, type Keys, type LoopOptions, type Reconcile, type Requeue } from './loop.ts';
export { observeAll } from './observe.ts';
export { createQueueMetrics, type QueueMetrics } from './queue-metrics.ts';

export { type Clock, microTimestamp, sleep, systemClock, type Timer, timestamp } from './clock.ts';
export { aborted, type Component, group, longLivedAbort, type Running, startInOrder } from './component.ts';
export { boundConnections } from './connections.ts';
export { openDataDirectory } from './data-directory.ts';
export { descriptorLimit } from './descriptors.ts';
export {
  addGauge,
  type Count,
  Counts,
  type Distribution,
  Distributions,
  exponential,
  type Labels,
  latencyBounds,
} from './figures.ts';
export { createLogger, type Logger, type LogLevel, silentLogger } from './logger.ts';
export { Counter, createMetrics, Gauge, Histogram, Registry } from './metrics.ts';
export { writePrivate } from './private-file.ts';
export { stayAlive, stopSignal, tellParent, whyItEnds } from './process.ts';
export { type Random, systemRandom } from './random.ts';
export { sparing } from './sparing.ts';

export type { EventRecorder, RecordedEvent } from './events/event-recorder.ts';
export { createKubelet, type KubeletOptions, type ServerOptions } from './kubelet.ts';
export type { DnsOptions } from './pod/network-files.ts';
export type { PodRuntime } from './runtime/port.ts';

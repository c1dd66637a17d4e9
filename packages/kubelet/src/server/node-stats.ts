// Owns what the agent's server may ask of the node's figures.

export interface NodeStats {
  /** As `/stats/summary` has it. */
  summary(onlyCpuAndMemory: boolean): Promise<object>;
  /** What is used, in the Prometheus text format. */
  resourceMetrics(): Promise<string>;
  /** About the kubelet itself, in the same format. */
  metrics(): Promise<string>;
}

export {
  createSimulatedRuntime,
  type ExecAnswer,
  type SimulatedRuntime,
  type SimulatedRuntimeOptions,
  simulationAnnotations,
} from './simulated-runtime.ts';

export { simulationAnnotations } from './annotations.ts';
export {
  createSimulatedRuntime,
  type ExecAnswer,
  type SimulatedRuntime,
  type SimulatedRuntimeOptions,
} from './simulated-runtime.ts';

export { type ControllersOptions, createControllers } from './create-controllers.ts';
export { controllerOf, isActive } from './pod-state.ts';
export { podFor } from './replicas/decide.ts';
export { inOrderOfDeletion } from './replicas/rank.ts';

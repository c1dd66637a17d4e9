export { type ControllersOptions, createControllers } from './create-controllers.ts';
export { controllerOf, isActive } from './pod-state.ts';
export { inOrderOfDeletion } from './rank.ts';
export { podFor } from './replicas/decide.ts';

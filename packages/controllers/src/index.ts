export { type ControllersOptions, createControllers } from './create-controllers.ts';
export { controllerOf, isActive } from './pod-state.ts';
export { podFor } from './replication-controller/decide.ts';
export { inOrderOfDeletion } from './replication-controller/rank.ts';

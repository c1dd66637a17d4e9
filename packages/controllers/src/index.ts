export { type ControllersOptions, createControllers } from './create-controllers.ts';

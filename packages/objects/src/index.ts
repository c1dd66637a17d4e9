export * from './api/types.ts';
export * from './api-request.ts';
export * from './errors/field-error.ts';
export * from './errors/status-error.ts';
export * from './kinds/kind.ts';
export * from './object.ts';
export * from './resource.ts';

// Owns the pieces of input that several routers share.
import { z } from 'zod';

export const objectName = z.string().min(1).max(253);
export const namespaceName = z.string().min(1).max(63);
export const namespaced = z.object({ namespace: namespaceName, name: objectName });
export const labelMap = z.record(z.string().max(317), z.string().max(63));
export const resourceVersion = z.string().regex(/^\d+$/);

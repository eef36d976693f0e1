export { createSealing } from './sealing.ts';
export type { Sealed, SealedFields, Sealing } from './sealing.ts';
export { sealingDdl } from './sealing-ddl.ts';
export { SealingError, SubjectErasedError } from './sealing-error.ts';

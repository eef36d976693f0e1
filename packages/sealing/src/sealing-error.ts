/** A value that cannot be sealed or unsealed: the wrong tenant, no such key, or a value that was changed. */
export class SealingError extends Error {
  override readonly name: string = 'SealingError';
}

/** The person was erased: nothing can be sealed for them any more. */
export class SubjectErasedError extends SealingError {
  override readonly name = 'SubjectErasedError';
  readonly subjectId: string;

  constructor(subjectId: string) {
    super(`Subject ${subjectId} was erased; nothing can be sealed for it any more.`);
    this.subjectId = subjectId;
  }
}

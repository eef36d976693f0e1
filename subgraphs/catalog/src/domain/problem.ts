/** What is wrong with an input, and where in it. */
export interface Problem {
  readonly field: readonly string[];
  readonly message: string;
}

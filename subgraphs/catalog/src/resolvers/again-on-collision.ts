const uniqueViolation = '23505';

/**
 * Two calls may take the same handle or SKU at the same moment: the index lets one through. Run again, the other finds it
 * taken and refuses in words.
 */
export async function againOnCollision<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === uniqueViolation) return run();
    throw error;
  }
}

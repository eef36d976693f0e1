/** A line of the ledger, as far as its effect needs it. */
interface Line {
  readonly availableAfter: number;
}

/**
 * What each line did to the points that can be spent, the newest first: a hold takes them, and paying with what is held takes
 * nothing more. The effects add up to the newest balance. `startsAt`: the balance before the oldest of these lines.
 */
export function withEffects<L extends Line>(
  lines: readonly L[],
  startsAt: number,
): (L & { readonly effect: number })[] {
  return lines.map((line, index) => ({
    ...line,
    effect: line.availableAfter - (lines[index + 1]?.availableAfter ?? startsAt),
  }));
}

/**
 * The lines that can be told: where the ledger goes on, the oldest one at hand only says what the balance was before the
 * others.
 */
export function toldLines<L extends Line>(lines: readonly L[], goesOn: boolean): (L & { readonly effect: number })[] {
  const oldest = lines.at(-1);
  return goesOn && oldest ? withEffects(lines.slice(0, -1), oldest.availableAfter) : withEffects(lines, 0);
}

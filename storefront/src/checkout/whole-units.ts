/** So many points of what was asked for, in whole units and no more than there are. */
export const wholeUnits = (asked: number, most: number, unit: number): number =>
  Math.floor(Math.min(asked, most) / unit) * unit;

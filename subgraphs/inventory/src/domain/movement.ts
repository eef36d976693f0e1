/** Which column of a level a movement changes, and why. */
export type MovementKind = keyof typeof signs;

/** Signed changes of a level's columns. */
export interface Deltas {
  readonly onHand: number;
  readonly reserved: number;
  readonly allocated: number;
}

type Signs = readonly [onHand: number, reserved: number, allocated: number];

// Which columns a movement of n units changes, and which way.
const signs = {
  OPENING: [1, 0, 0],
  RECEIVED: [1, 0, 0],
  ADJUSTED: [1, 0, 0],
  RESERVED: [0, 1, 0],
  RESERVATION_RELEASED: [0, -1, 0],
  ALLOCATED: [0, -1, 1],
  ALLOCATION_RELEASED: [0, 0, -1],
  SHIPPED: [-1, 0, -1],
  RESTOCKED: [1, 0, 0],
  OVERRIDE_SET: [0, 0, 0],
  OVERRIDE_CLEARED: [0, 0, 0],
} as const satisfies Record<string, Signs>;

/** What a movement does to its level. Units are positive; an adjustment alone may be negative. */
export function deltasOf(kind: MovementKind, units: number): Deltas {
  const [onHand, reserved, allocated] = signs[kind];
  // `|| 0` turns the -0 of a multiplication into 0.
  return { onHand: onHand * units || 0, reserved: reserved * units || 0, allocated: allocated * units || 0 };
}

/** The signed change of the column that a movement's kind names. */
export function quantityOf(kind: MovementKind, deltas: Deltas): number {
  if (kind === 'RESERVED' || kind === 'RESERVATION_RELEASED') return deltas.reserved;
  if (kind === 'ALLOCATED' || kind === 'ALLOCATION_RELEASED') return deltas.allocated;
  return deltas.onHand;
}

export { pointsFor } from './earning.ts';
export { emptyBalance } from './ledger.ts';
export { PointsDraft } from './points-draft.ts';

import { isDistributed } from '@ordergraph/testing';
import { startHouseInParts } from './distributed-house.ts';
import type { KillableHouse } from './killable-house.ts';
import { startOneProcessHouse } from './one-process-house.ts';

/** Prepares the servers and starts the house of this mode for the first time, with its demo shops. */
export const startKillableHouse = (): Promise<KillableHouse> =>
  isDistributed() ? startHouseInParts() : startOneProcessHouse();

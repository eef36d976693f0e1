import { isDistributed, startTestHouse } from '@ordergraph/testing';
import { expect, test } from 'vitest';
import { shelf } from './shelf.ts';

test('in the distributed mode a house has a broker between its parts and serves each over HTTP, else neither', async () => {
  await using house = await startTestHouse({ subgraphs: [shelf] });
  expect(house.bus.isLocal).toBe(!isDistributed());
  expect(house.address('catalog') !== null).toBe(isDistributed());
});

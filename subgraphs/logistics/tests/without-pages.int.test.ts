import { afterAll, beforeAll, expect, test } from 'vitest';
import { aBookedParcel, openDepot, type Depot } from './depot.ts';

// An installation whose storefront is somebody else's.
let depot: Depot;
beforeAll(async () => {
  depot = await openDepot({ settings: { TRACKING_PAGES: 'none' } });
});
afterAll(() => depot[Symbol.asyncDispose]());

test('where nobody serves pages to follow a parcel on, nobody is sent to them', async () => {
  const { order, parcel } = await aBookedParcel(depot);
  await depot.driveUntil(parcel, 'PICKED_UP');

  const [left] = await order.published('ShipmentDispatched');
  expect(left?.payload['trackingUrl']).toBeNull();
});

test('the streets that vehicles drive on are public and name no parcel', async () => {
  const response = await fetch(`${depot.url}/carriers/simulator/roads.json`);
  expect(response.headers.get('cache-control')).toContain('public');
  const roads = (await response.json()) as {
    type: string;
    features: { properties: object; geometry: { type: string } }[];
  };
  expect(roads.type).toBe('FeatureCollection');
  expect(roads.features.length).toBeGreaterThan(500);
  expect(roads.features[0]).toMatchObject({
    properties: { class: expect.any(String) },
    geometry: { type: 'LineString' },
  });
});

import { startCarrier, type CarrierOptions } from '@ordergraph/carrier-simulator';
import { newId } from '@ordergraph/tenancy';
import { startTestHouse, waitFor } from '@ordergraph/testing';
import { expect, test } from 'vitest';
import { definition } from '../src/index.ts';
import { anOrder, apiKey, webhookSecrets } from './depot.ts';

const dispatch = `mutation ($id: ID!, $key: String!) { shipmentDispatch(input: { shipmentId: $id, idempotencyKey: $key }) {
  shipment { status trackingNumber carrierProblem } userErrors { code } } }`;

test('a carrier that is down is told so, and the parcel is booked once when it is back', async () => {
  const options: CarrierOptions = {
    port: 0,
    hostname: '127.0.0.1',
    apiKey,
    webhookSecrets,
    webhookUrl: null,
    isDriving: false,
  };
  const first = await startCarrier(options);
  const port = Number(new URL(first.url).port);
  await first.stop();
  const settings = {
    CARRIER_URL: first.url,
    CARRIER_API_KEY: apiKey,
    CARRIER_WEBHOOK_SECRETS: webhookSecrets.join(','),
  };
  await using house = await startTestHouse({ subgraphs: [definition], settings });
  const order = await anOrder({ house });
  await order.allocate();
  await order.prepare();
  const [parcel] = await order.parcels();
  const variables = { id: parcel?.opaqueId, key: newId() };
  interface Answer {
    readonly shipmentDispatch: { readonly shipment: object | null; readonly userErrors: readonly { code: string }[] };
  }

  const refused = await order.ask<Answer>(dispatch, variables);
  expect(refused.shipmentDispatch).toEqual({ shipment: null, userErrors: [{ code: 'CARRIER_UNAVAILABLE' }] });
  expect(await parcel?.row()).toMatchObject({ status: 'PENDING', operation: 'BOOK' });

  const back = await startCarrier({ ...options, port });
  await waitFor(async () => (await parcel?.row())?.operation === null, { describe: 'the booking', timeoutMs: 20_000 });
  const { shipmentDispatch } = await order.ask<Answer>(dispatch, variables);
  expect(shipmentDispatch).toMatchObject({
    shipment: { status: 'LABEL_CREATED', carrierProblem: null },
    userErrors: [],
  });
  expect(await order.published('ShipmentStatusChanged')).toHaveLength(1);
  await back.stop();
});

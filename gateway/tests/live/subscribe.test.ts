import { describe, expect, it } from 'vitest';
import { aLiveGateway, following, until, type Mode } from './live-gateway.ts';
import { acme } from './live-gateway.ts';

const modes: Mode[] = ['in process', 'distributed'];

describe.each(modes)('subscriptions, subgraphs %s', (mode) => {
  it('sends a snapshot and then every change, with fields of other subgraphs', async () => {
    await using live = await aLiveGateway(mode);
    const shipment = following(
      live.client(),
      `subscription($id: ID!) { shipmentUpdated(shipmentId: $id) {
        isSnapshot shipment { version fee mine: order { status lines(first: 1) { sku } customer { name } } } } }`,
      { id: '1' },
    );

    const order = { status: 'NEW', lines: [{ sku: 'S0' }], customer: { name: 'Customer co1' } };
    expect(await shipment.next()).toEqual({
      data: { shipmentUpdated: { isSnapshot: true, shipment: { version: 1, fee: 33, mine: order } } },
    });
    live.world.setStatus('o1', 'SHIPPED');
    live.world.move(acme, '1');
    expect(await shipment.next()).toEqual({
      data: {
        shipmentUpdated: {
          isSnapshot: false,
          shipment: { version: 2, fee: 36, mine: { ...order, status: 'SHIPPED' } },
        },
      },
    });

    await shipment.stop();
    await until('the stream is closed', () => live.world.streams.open === 0);
  });
});

import { expect, it } from 'vitest';
import { acme, aLiveGateway, following } from './live-gateway.ts';

const query = 'subscription { shipmentUpdated(shipmentId: "1") { shipment { version } } }';

it('metrics are told in the text format of Prometheus, without merchants, people or things', async () => {
  await using live = await aLiveGateway('in process');
  const shipment = following(live.client(), query);
  await shipment.next();
  live.world.move(acme, '1');
  await shipment.next();
  const response = await fetch(`${live.url}/metrics`);
  expect(response.headers.get('content-type')).toContain('version=0.0.4');
  const text = await response.text();
  expect(text).toContain('ordergraph_subscriptions_active{field="shipmentUpdated",transport="graphql-ws"} 1\n');
  expect(text).toContain('ordergraph_hydrations_total 2\n');
  expect(text).toContain('ordergraph_deliveries_total 2\n');
  expect(text).toContain('ordergraph_event_to_socket_seconds_count 2\n');
  expect(text).toContain('ordergraph_waiting_frames 0\n');
  expect(text).toContain('ordergraph_waiting_bytes 0\n');
  expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/);
  for (const line of text.trimEnd().split('\n'))
    expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{[^}]+\})? [\d.e+-]+)$/);
});

it('metrics are hidden in production, unless they are asked for', async () => {
  await using hidden = await aLiveGateway('in process', { production: true });
  expect((await fetch(`${hidden.url}/metrics`)).status).toBe(404);
  await using shown = await aLiveGateway('in process', { production: true, metrics: true });
  expect((await fetch(`${shown.url}/metrics`)).status).toBe(200);
});

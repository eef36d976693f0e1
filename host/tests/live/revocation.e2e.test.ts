import { findServers, waitFor } from '@ordergraph/testing';
import { createClient } from 'graphql-ws';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startDistributedHouse, startEmbeddedHouse } from './live-house.ts';

const { missing } = findServers();

describe.each([
  { mode: 'one process', start: startEmbeddedHouse, skip: false },
  { mode: 'many processes over NATS and Redis', start: startDistributedHouse, skip: missing !== null },
])('in $mode', ({ start, skip }) => {
  test.skipIf(skip)(
    'whoever is deactivated hears nothing more within 5 seconds, and does not come back',
    async () => {
      await using house = await start();
      const owner = house.token('STAFF owner');
      type Found = { inventoryLevels: { nodes: { variant: { id: string }; location: { id: string } }[] } };
      const { inventoryLevels } = await house.ask<Found>(
        owner,
        '{ inventoryLevels(first: 1) { nodes { variant { id } location { id } } } }',
      );
      const [level] = inventoryLevels.nodes;
      const query =
        'subscription ($ids: [ID!]) { inventoryLevelUpdated(variantIds: $ids) { inventoryLevel { onHand } } }';
      const watch = (): { frames: unknown[]; closes: number[]; end: () => void } => {
        const [frames, closes]: [unknown[], number[]] = [[], []];
        const client = createClient({
          url: `${house.url.replace('http', 'ws')}/graphql`,
          webSocketImpl: WebSocket,
          connectionParams: { authorization: `Bearer ${house.token('STAFF viewer')}` },
          retryAttempts: 0,
          on: { closed: (event) => void closes.push((event as { code: number }).code) },
        });
        client.subscribe(
          { query, variables: { ids: [level?.variant.id] } },
          { next: (frame) => void frames.push(frame), error: () => undefined, complete: () => undefined },
        );
        return { frames, closes, end: () => void client.dispose() };
      };
      const viewer = watch();
      await waitFor(() => viewer.frames.length > 0, { describe: 'the stock as it is' });

      type Staff = { staffMembers: { nodes: { id: string; email: string }[] } };
      const { staffMembers } = await house.ask<Staff>(owner, '{ staffMembers(first: 20) { nodes { id email } } }');
      const member = staffMembers.nodes.find(({ email }) => email === 'petra@fjord-outdoor.example');
      const began = performance.now();
      await house.ask(
        owner,
        'mutation ($input: StaffMemberDeactivateInput!) { staffMemberDeactivate(input: $input) { userErrors { code message } } }',
        { input: { id: member?.id } },
      );

      await waitFor(() => viewer.closes.length > 0, { timeoutMs: 5_000, describe: 'the socket to be closed' });
      expect(performance.now() - began).toBeLessThan(5_000);
      expect(viewer.closes).toEqual([4403]);
      const again = watch();
      await waitFor(() => again.closes.length > 0, { describe: 'the same token to be refused' });
      expect([again.closes, again.frames]).toEqual([[4403], []]);
      viewer.end();
      again.end();
    },
    120_000,
  );
});

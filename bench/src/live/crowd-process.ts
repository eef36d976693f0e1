// The clients of one crowd, in a process that its parent stops and continues.
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { operationOf, type CrowdOptions } from './crowd.ts';
import { openLoad } from './load.ts';

/** What is left of a stopped crowd's messages is read by then, where nobody closes its sockets. */
const atMostMs = 5_000;

process.on('disconnect', () => process.exit(0));
// Its parent's first message says where to connect.
const [{ sockets, perSocket, ...where }] = (await once(process, 'message')) as [CrowdOptions];
const load = await openLoad({
  ...where,
  sockets,
  perSocket,
  operationOf: (n) => operationOf(n, sockets * perSocket),
});
process.once('message', async () => {
  const last = performance.now() + atMostMs;
  const closed = (): number => Object.values(load.ends.closed).reduce((sum, count) => sum + count, 0);
  while (closed() < sockets && performance.now() < last) await pause(50);
  process.send?.(load.ends);
});
process.send?.('ready');

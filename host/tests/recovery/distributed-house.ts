import { watchBroker } from '@ordergraph/testing';
import { openHouseClient } from '../house-client.ts';
import { prepareInstallation } from '../installation.ts';
import { runParts } from '../running-parts.ts';
import { armedAt, impatience, type CrashPoint, type KillableHouse } from './killable-house.ts';
import { openSuperuser } from './superuser.ts';

/** Each part in a process of its own, over NATS, Redis and HTTP. */
export async function startHouseInParts(): Promise<KillableHouse> {
  const installation = await prepareInstallation(impatience);
  const { database, nats, redis, url } = installation;
  const names = [...installation.parts.keys()];
  const parts = runParts(installation.parts);
  const superuser = openSuperuser(database.superuserUrl);
  const watch = await watchBroker(nats.url);
  let armed: string | undefined;

  async function start(crashAt?: CrashPoint): Promise<void> {
    // One that was armed in vain would die later.
    if (armed) await parts.kill(armed);
    armed = crashAt?.part;
    if (armed) await parts.kill(armed);
    for (const name of names.filter((one) => !parts.isRunning(one))) {
      parts.start(name, name === armed ? { ORDERGRAPH_CRASH_AT: armedAt(crashAt) } : {});
    }
    await parts.areReady();
  }

  async function stop(): Promise<void> {
    await Promise.all(names.map(parts.kill));
    await watch.close();
    await superuser.close();
    await installation.close();
  }

  try {
    await start();
    const client = await openHouseClient(url);
    return {
      ...client,
      url,
      databaseUrl: database.superuserUrl,
      sql: superuser.sql,
      start,
      async isWhole() {
        return (await Promise.all(names.map(parts.isReady))).every(Boolean);
      },
      death: (timeoutMs) => parts.death(armed ?? '', timeoutMs),
      async kill(part) {
        await Promise.all((part === undefined ? names : [part]).map(parts.kill));
      },
      async killServer(server) {
        if (server === 'PostgreSQL') return database.kill();
        const killed = server === 'NATS' ? nats : redis;
        await killed.kill();
        await killed.restart();
      },
      taken: watch.taken,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

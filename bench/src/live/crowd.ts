import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Load, Operation } from './load.ts';
import { documentOfRecord, documentWithRoute } from './moving-world.ts';

/** Where a crowd connects, and how many it is. */
export interface CrowdOptions {
  readonly url: string;
  readonly tokens: readonly string[];
  readonly sockets: number;
  readonly perSocket: number;
}

/** Clients in a process of their own, because a whole process can be stopped. */
export interface Crowd {
  /** From now on none of them reads anything, and their kernel takes what fits. */
  stopReading(): void;
  /** They read what is there, say what became of them, and are gone. */
  ends(): Promise<Load['ends']>;
}

/** Of so many subscriptions one needs every value. */
const oneOf = 20;

/** How many topics the subscriptions of such a crowd are about. */
export const topicsOf = (subscriptions: number): { topics: number; records: number } => ({
  topics: subscriptions,
  records: Math.ceil(subscriptions / oneOf),
});

/** What the nth subscription asks for: where a shipment is, with its route, and of every twentieth each fix in turn. */
export const operationOf = (n: number, subscriptions: number): Operation => {
  const { topics, records } = topicsOf(subscriptions);
  return n % oneOf === 0
    ? { query: documentOfRecord, id: `r${(n / oneOf) % records}` }
    : { query: documentWithRoute, id: String(n % topics) };
};

/** Starts a crowd; resolves when each of its subscriptions has had its snapshot. */
export async function startCrowd(options: CrowdOptions): Promise<Crowd> {
  const crowd = fork(join(import.meta.dirname, 'crowd-process.ts'));
  const answer = async <Message>(): Promise<Message> => {
    const [message] = await Promise.race([
      once(crowd, 'message'),
      once(crowd, 'exit').then(() => Promise.reject(new Error('A crowd of clients could not connect.'))),
    ]);
    return message;
  };
  // One that is stopped does not notice that its parent is gone.
  const kill = (): void => void crowd.kill('SIGKILL');
  process.once('exit', kill);
  const ready = answer<'ready'>();
  crowd.send(options);
  await ready;
  return {
    stopReading: () => void crowd.kill('SIGSTOP'),
    async ends() {
      crowd.kill('SIGCONT');
      const ends = answer<Load['ends']>();
      crowd.send('ends');
      try {
        return await ends;
      } finally {
        process.off('exit', kill);
        kill();
      }
    },
  };
}

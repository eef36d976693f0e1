import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Question, ServerOptions, Started, Usage } from './server.ts';

/** A server in a process of its own, that says how it does when it is asked. */
export interface MeasuredServer {
  readonly started: Started;
  ask(question: Question): Promise<Usage>;
  stop(): void;
}

/** Starts one of the two servers; rejects when its process ends before it listens. */
export async function startMeasuredServer(options: ServerOptions): Promise<MeasuredServer> {
  const server = fork(join(import.meta.dirname, 'server.ts'), [JSON.stringify(options)], {
    execArgv: [...process.execArgv, '--expose-gc'],
  });
  const gone = once(server, 'exit').then(([code]) => {
    throw new Error(`The ${options.mode} server has ended, with ${String(code)}.`);
  });
  // Whoever waits for an answer hears of it; a server that is stopped ends unheard.
  gone.catch(() => {});
  const told = async <Message>(): Promise<Message> => {
    const [message] = await Promise.race([once(server, 'message'), gone]);
    return message;
  };
  const started = await told<Started>();
  let answered: Promise<unknown> = Promise.resolve();
  return {
    started,
    ask(question) {
      // One question at a time, so that each gets its own answer.
      const answer = answered.then(async () => {
        const usage = told<Usage>();
        server.send(question);
        return usage;
      });
      answered = answer.catch(() => {});
      return answer;
    },
    stop: () => server.disconnect(),
  };
}

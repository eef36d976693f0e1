import type { Runtime, Task } from './definition.ts';
import type { Waits } from './waits.ts';

/** The background work of a subgraph. */
export interface RunningTasks {
  stop(): Promise<void>;
}

/** Starts the tasks; each runs by itself, one round at a time, and reports a failed round without ending. */
export function startTasks<Resources>(
  tasks: readonly Task<Resources>[],
  runtime: Runtime<Resources>,
  waits: Waits,
): RunningTasks {
  let stopped = false;

  async function run(task: Task<Resources>): Promise<void> {
    const topic = `task:${task.name}`;
    while (!stopped) {
      // Listen before working, so that what comes up during the round is seen right after it.
      const woken = waits.rest(topic, task.everyMs);
      let done = 0;
      try {
        done = await task.run(runtime);
      } catch (error) {
        if (!stopped) runtime.log(`The task ${task.name} of ${runtime.subgraph} failed; it runs again.`, error);
      }
      if (done === 0 && !stopped) await woken;
    }
  }

  const running = tasks.map(run);
  return {
    async stop() {
      stopped = true;
      for (const task of tasks) waits.wake(`task:${task.name}`);
      await Promise.all(running);
    },
  };
}

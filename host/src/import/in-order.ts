/** Runs jobs side by side, a bounded number at a time, where each may have to wait for earlier ones. */
export interface Schedule {
  /**
   * Begins a job as soon as there is room and every earlier job is done that `ends` one of the things it `follows`.
   * Resolves when the job has its room; rejects when an earlier job has failed.
   */
  add(job: Job): Promise<void>;
  /** Resolves when all jobs are done; rejects with the first failure. */
  finish(): Promise<void>;
}

export interface Job {
  readonly follows: Iterable<string>;
  readonly ends: Iterable<string>;
  run(): Promise<void>;
}

/** Makes a schedule. Jobs wait for earlier ones only, so they never wait for each other in a circle. */
export function createSchedule(parallel: number): Schedule {
  const last = new Map<string, Promise<void>>();
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;

  function throwFailure(): void {
    if (failure) throw failure.error;
  }

  return {
    async add({ follows, ends, run }) {
      while (running.size >= parallel) await Promise.race(running);
      throwFailure();
      const earlier = [...follows].flatMap((name) => last.get(name) ?? []);
      const done: Promise<void> = Promise.all(earlier)
        .then(() => (failure ? undefined : run()))
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => {
          running.delete(done);
          for (const [name, job] of last) if (job === done) last.delete(name);
        });
      running.add(done);
      for (const name of ends) last.set(name, done);
    },
    async finish() {
      while (running.size > 0) await Promise.race(running);
      throwFailure();
    },
  };
}

/** Lets at most `parallel` works run at a time; the others wait in line. */
export function createLimit(parallel: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = [];
  let free = parallel;
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}

// For tests of recovery only: they arm one point, let the process die there and look at what the next start makes of it.
let armed: { readonly name: string; hitsLeft: number } | undefined;

/** Makes the process kill itself at the named point, the `afterHits`th time that it is passed. For tests of recovery only. */
export function armCrashPoint(name: string, afterHits = 1): void {
  armed = { name, hitsLeft: afterHits };
}

/**
 * A named place between two steps. Does nothing unless it is armed, by its name or for one subject only by
 * `<name>.<about>`; then the process ends at once, as by a power cut.
 */
export function crashPoint(name: string, about = ''): void {
  if (!armed || (armed.name !== name && armed.name !== `${name}.${about}`)) return;
  armed.hitsLeft -= 1;
  if (armed.hitsLeft <= 0) process.kill(process.pid, 'SIGKILL');
}

/** Where a message may be interrupted on its way: every one of them passes all of these. */
export const messageCrashPoints = [
  /** In the outbox, with its effect, and not committed. */
  'events.before-commit',
  /** Committed; the relay does not know yet. */
  'events.after-commit',
  /** Delivered to a consumer that handles it, and not applied. */
  'events.before-effect',
  /** Applied by its consumer, and not acknowledged. */
  'events.after-effect',
  /** Acknowledged by all, and not marked as published. */
  'events.after-publish',
] as const;

import { SingleBar } from 'cli-progress';

/** Shows how far an import has come. */
export interface Progress {
  /** Some lines more are done; those that an earlier import had done say nothing about the rate. */
  add(lines: number, options?: { readonly wereDoneBefore: boolean }): void;
  stop(): void;
}

const sayEveryMs = 5_000;

function inWords(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown';
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** A bar on a terminal, and now and then a line elsewhere; both with the rate and the time left. */
export function showProgress(total: number, out: NodeJS.WriteStream): Progress {
  const began = performance.now();
  let done = 0;
  let doneBefore = 0;
  const facts = () => {
    const seconds = Math.max((performance.now() - began) / 1_000, 0.001);
    const perSecond = (done - doneBefore) / seconds;
    return { rate: `${Math.round(perSecond)} lines/s`, left: inWords((total - done) / perSecond) };
  };
  const count: Progress['add'] = (lines, { wereDoneBefore } = { wereDoneBefore: false }) => {
    done += lines;
    if (wereDoneBefore) doneBefore += lines;
  };
  if (out.isTTY) {
    const bar = new SingleBar({
      stream: out,
      format: '  {bar} {percentage} %  {value} of {total} lines  {rate}  {left} left',
      hideCursor: true,
    });
    bar.start(total, 0, facts());
    return {
      add(lines, options) {
        count(lines, options);
        bar.update(done, facts());
      },
      stop: () => bar.stop(),
    };
  }
  const timer = setInterval(() => {
    const { rate, left } = facts();
    out.write(`${done} of ${total} lines, ${rate}, ${left} left\n`);
  }, sayEveryMs);
  return {
    add: count,
    stop: () => clearInterval(timer),
  };
}

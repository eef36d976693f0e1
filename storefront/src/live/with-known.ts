import { failureOf, pathsOf } from './failure-of.ts';

/** Whether asking again may help: the server could not be reached, or a part of it could not answer just now. */
export const isPassing = (error: unknown): boolean => error !== undefined && failureOf(error).kind === 'lost';

/**
 * An answer in which what could not be answered stays as it was known. Each error names a field by its path; null stands
 * there, or above it where the field may not be null. No answer at all: all of it stays.
 */
export function withKnown<Data>(answer: Data | undefined, known: Data | undefined, error: unknown): Data | undefined {
  if (answer === undefined || known === undefined) return answer ?? known;
  // The same shape comes out as goes in: nulls are replaced by what an earlier answer to the same question had there.
  return pathsOf(error).reduce<unknown>((now, path) => kept(now, known, path), answer) as Data;
}

function kept(now: unknown, known: unknown, path: readonly (string | number)[]): unknown {
  if (now === null) return known ?? null;
  const [step, ...rest] = path;
  if (step === undefined) return now;
  if (Array.isArray(now)) {
    if (!Array.isArray(known)) return now;
    return now.map((item: unknown, index) => (index === step ? kept(item, sameOf(item, known, index), rest) : item));
  }
  if (!isRecord(now) || !isRecord(known)) return now;
  return { ...now, [step]: kept(now[step], known[step], rest) };
}

/** The item of an earlier list that is the same thing: lists move, and what has an id is found by it. */
function sameOf(item: unknown, known: readonly unknown[], index: number): unknown {
  if (!isRecord(item) || item['id'] === undefined) return known[index];
  return known.find((other) => isRecord(other) && other['id'] === item['id']);
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

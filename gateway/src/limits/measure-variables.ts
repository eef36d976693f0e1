import { overLimit, type Limits } from './limits.ts';

/** Refuses variables that are too long, too deep, or hold too long a list. Without recursion: the depth is the caller's. */
export function checkVariables(variables: unknown, limits: Limits): void {
  if (variables === undefined || variables === null) return;
  const pending: { value: unknown; level: number }[] = [{ value: variables, level: 0 }];

  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, level } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (level > limits.inputNesting) throw overLimit('inputNesting', limits.inputNesting, undefined);
    const inside: unknown[] = Array.isArray(value) ? value : Object.values(value);
    if (Array.isArray(value) && value.length > limits.listItems)
      throw overLimit('listItems', limits.listItems, value.length);
    for (const item of inside) if (typeof item === 'object') pending.push({ value: item, level: level + 1 });
  }

  const bytes = Buffer.byteLength(JSON.stringify(variables));
  if (bytes > limits.variablesBytes) throw overLimit('variablesBytes', limits.variablesBytes, bytes);
}

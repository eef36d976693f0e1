/** What readers have not taken yet. Subscribers who share a frame hold it once, and each counts it. */
export interface Waiting {
  readonly frames: number;
  readonly bytes: number;
}

export const nothingWaits: Waiting = { frames: 0, bytes: 0 };

export function sumOf(parts: Iterable<Waiting>): Waiting {
  let [frames, bytes] = [0, 0];
  for (const part of parts) {
    frames += part.frames;
    bytes += part.bytes;
  }
  return { frames, bytes };
}

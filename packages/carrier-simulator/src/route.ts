import polyline from '@mapbox/polyline';
import { headingOf, metersBetween, type LatLng } from './geometry.ts';
import type { Roads, Street } from './roads.ts';

/** A way to drive, by distance from its start. */
export interface Route {
  readonly meters: number;
  /** Encoded with 5 decimals. */
  readonly encoded: string;
  /** Of a way that was recorded: how far the vehicle was after so long. */
  readonly metersAfter?: (ms: number) => number;
  at(meters: number): { readonly point: LatLng; readonly heading: number; readonly metersPerSecond: number };
}

interface Piece {
  readonly start: LatLng;
  readonly end: LatLng;
  readonly begins: number;
  readonly meters: number;
  readonly metersPerSecond: number;
}

/** Puts pieces of way behind one another. */
function routeOf(line: readonly LatLng[], speeds: readonly number[]): Route {
  const pieces: Piece[] = [];
  let begins = 0;
  for (const [index, end] of line.entries()) {
    const start = line[index - 1];
    const meters = start ? metersBetween(start, end) : 0;
    if (!start || meters === 0) continue;
    pieces.push({ start, end, begins, meters, metersPerSecond: speeds[index - 1] ?? 8 });
    begins += meters;
  }
  const [first] = line;
  return {
    meters: begins,
    encoded: polyline.encode(line.map(([latitude, longitude]): [number, number] => [latitude, longitude])),
    at(meters) {
      const piece = pieceAt(pieces, meters);
      if (!piece) return { point: first ?? [0, 0], heading: 0, metersPerSecond: 0 };
      const share = Math.min(1, Math.max(0, (meters - piece.begins) / piece.meters));
      const [[lat1, lng1], [lat2, lng2]] = [piece.start, piece.end];
      return {
        point: [lat1 + share * (lat2 - lat1), lng1 + share * (lng2 - lng1)],
        heading: headingOf(piece.start, piece.end),
        metersPerSecond: piece.metersPerSecond,
      };
    },
  };
}

function pieceAt(pieces: readonly Piece[], meters: number): Piece | undefined {
  let [low, high] = [0, pieces.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((pieces[middle]?.begins ?? 0) <= meters) low = middle;
    else high = middle - 1;
  }
  return pieces[low];
}

/** A vehicle that was somewhere at some time. */
export interface TracePoint {
  readonly ms: number;
  readonly point: LatLng;
}

/** A recorded way, to be driven as it was recorded: with its stops, its gaps and its errors. */
export function recordedRoute(trace: readonly TracePoint[]): Route {
  const line = trace.map(({ point }) => point);
  const meters: number[] = [0];
  for (const [index, point] of line.entries()) {
    const before = line[index - 1];
    if (before) meters.push((meters[index - 1] ?? 0) + metersBetween(before, point));
  }
  const begin = trace[0]?.ms ?? 0;
  const route = routeOf(
    line,
    line.map(() => 8),
  );
  return {
    ...route,
    metersAfter(ms) {
      const next = trace.findIndex((one) => one.ms - begin > ms);
      if (next <= 0) return next === 0 ? 0 : route.meters;
      const [from, to] = [trace[next - 1], trace[next]];
      const share = from && to ? (ms + begin - from.ms) / (to.ms - from.ms) : 0;
      return (meters[next - 1] ?? 0) + share * ((meters[next] ?? 0) - (meters[next - 1] ?? 0));
    },
  };
}

const fastest = 130 / 3.6;

/** The fastest way from one node to another (A*). */
export function findRoute(roads: Roads, start: number, goal: number): Route {
  const end = roads.nodes[goal];
  const nodes = roads.nodes;
  if (!end || !nodes[start]) throw new Error(`There is no way from ${start} to ${goal}: no such place.`);
  const least = (node: number): number => metersBetween(nodes[node] ?? end, end) / fastest;
  const best = new Map<number, number>([[start, 0]]);
  const cameBy = new Map<number, { readonly from: number; readonly street: Street }>();
  const done = new Set<number>();
  const open = new Heap();
  open.push(least(start), start);
  for (let node = open.pop(); node !== undefined && node !== goal; node = open.pop()) {
    if (done.has(node)) continue;
    done.add(node);
    for (const street of roads.from[node] ?? []) {
      const seconds = (best.get(node) ?? 0) + street.meters / street.metersPerSecond;
      if (seconds >= (best.get(street.to) ?? Infinity)) continue;
      best.set(street.to, seconds);
      cameBy.set(street.to, { from: node, street });
      open.push(seconds + least(street.to), street.to);
    }
  }
  const streets: Street[] = [];
  for (let node = goal; node !== start;) {
    const step = cameBy.get(node);
    if (!step) throw new Error(`There is no way from ${start} to ${goal}.`);
    streets.unshift(step.street);
    node = step.from;
  }
  const line: LatLng[] = [nodes[start] ?? end];
  const speeds: number[] = [];
  for (const street of streets) {
    for (const point of street.line.slice(1)) {
      line.push(point);
      speeds.push(street.metersPerSecond);
    }
  }
  return routeOf(line, speeds);
}

/** Nodes by how soon they are worth looking at. */
class Heap {
  readonly #entries: { readonly key: number; readonly node: number }[] = [];

  push(key: number, node: number): void {
    const entries = this.#entries;
    let place = entries.push({ key, node }) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if ((entries[above]?.key ?? 0) <= key) break;
      this.#swap(place, above);
      place = above;
    }
  }

  pop(): number | undefined {
    const entries = this.#entries;
    const top = entries[0];
    const last = entries.pop();
    if (!top || !last) return undefined;
    if (entries.length > 0) entries[0] = last;
    for (let place = 0; ;) {
      let least = place;
      for (const below of [2 * place + 1, 2 * place + 2]) {
        if ((entries[below]?.key ?? Infinity) < (entries[least]?.key ?? Infinity)) least = below;
      }
      if (least === place) return top.node;
      this.#swap(place, least);
      place = least;
    }
  }

  #swap(a: number, b: number): void {
    const entries = this.#entries;
    const [one, other] = [entries[a], entries[b]];
    if (!one || !other) return;
    entries[a] = other;
    entries[b] = one;
  }
}

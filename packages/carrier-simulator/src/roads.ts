import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { metersBetween, moved, type LatLng } from './geometry.ts';

/** A stretch of street in one direction. */
export interface Street {
  readonly to: number;
  readonly meters: number;
  readonly metersPerSecond: number;
  /** From its first to its last corner, both ends included. */
  readonly line: readonly LatLng[];
}

/** Streets that vehicles drive on. */
export interface Roads {
  readonly attribution: string;
  readonly nodes: readonly LatLng[];
  /** Streets that leave each node. */
  readonly from: readonly (readonly Street[])[];
  /** Nodes that can all be reached from each other: depots and doors lie there. */
  readonly places: readonly number[];
  /** The streets for maps: lines with a `class`. */
  readonly geoJson: unknown;
}

/** A street in both directions or one, as files have it. */
interface Edge {
  readonly from: number;
  readonly to: number;
  readonly kmh: number;
  readonly isOneWay: boolean;
  readonly kind: string;
  readonly via: readonly LatLng[];
}

const blocks = 20;
const blockMeters = 200;
const arterialEvery = 5;
const corner: LatLng = [47.36, 8.5];

/** A city that never was: streets every 200 metres, wider ones every kilometre, no two corners quite regular. */
export function gridCity(): Roads {
  const width = blocks + 1;
  const nodes = Array.from({ length: width * width }, (_, index): LatLng => {
    const [north, east] = [Math.floor(index / width), index % width];
    const shake = createHash('sha256').update(`corner ${index}`).digest();
    const [a, b] = [(shake.readUInt16BE(0) / 65_535 - 0.5) * 50, (shake.readUInt16BE(2) / 65_535 - 0.5) * 50];
    return moved(corner, north * blockMeters + a, east * blockMeters + b);
  });
  const edges: Edge[] = [];
  const lay = (from: number, to: number, line: number): void => {
    const isArterial = line % arterialEvery === 0;
    const [kmh, kind] = isArterial ? [50, 'primary'] : [30, 'residential'];
    edges.push({ from, to, kmh: Number(kmh), isOneWay: false, kind: String(kind), via: [] });
  };
  for (let north = 0; north < width; north += 1) {
    for (let east = 0; east < width; east += 1) {
      const here = north * width + east;
      if (east < blocks) lay(here, here + 1, north);
      if (north < blocks) lay(here, here + width, east);
    }
  }
  return connect(nodes, edges, 'A generated city');
}

/** Reads a road graph: JSON, packed with gzip or not, as described in this package's README. */
export function readRoads(path: string): Roads {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const graph: unknown = JSON.parse(text);
  if (typeof graph !== 'object' || graph === null || !('nodes' in graph) || !('edges' in graph)) {
    throw new Error(`${path} is no road graph: expected JSON with nodes and edges.`);
  }
  // The file's own description of its fields; a graph that breaks it fails below, or has no places.
  const { nodes, edges, attribution } = graph as {
    nodes: LatLng[];
    edges: [number, number, number, number, number, string, string, LatLng[]?][];
    attribution?: string;
  };
  const read = edges.map(([from, to, , kmh, oneWay, kind, , via = []]): Edge => ({
    from,
    to,
    kmh,
    isOneWay: oneWay === 1,
    kind,
    via,
  }));
  const roads = connect(nodes, read, attribution ?? '');
  if (roads.places.length < 2) throw new Error(`${path} has no two places with a way between them and back.`);
  return roads;
}

function connect(nodes: readonly LatLng[], edges: readonly Edge[], attribution: string): Roads {
  const from = nodes.map((): Street[] => []);
  const back = nodes.map((): number[] => []);
  const lineOf = ({ from: start, to, via }: Edge): LatLng[] =>
    [nodes[start], ...via, nodes[to]].filter((point) => point !== undefined);
  const add = (start: number, to: number, kmh: number, line: readonly LatLng[]): void => {
    from[start]?.push({ to, meters: lengthOf(line), metersPerSecond: kmh / 3.6, line });
    back[to]?.push(start);
  };
  for (const edge of edges) {
    const line = lineOf(edge);
    add(edge.from, edge.to, edge.kmh, line);
    if (!edge.isOneWay) add(edge.to, edge.from, edge.kmh, line.toReversed());
  }
  return {
    attribution,
    nodes,
    from,
    places: largestMesh(
      nodes.length,
      from.map((streets) => streets.map(({ to }) => to)),
      back,
    ),
    geoJson: {
      type: 'FeatureCollection',
      attribution,
      features: edges.map((edge) => ({
        type: 'Feature',
        properties: { class: edge.kind },
        geometry: {
          type: 'LineString',
          coordinates: lineOf(edge).map(([latitude, longitude]) => [round(longitude), round(latitude)]),
        },
      })),
    },
  };
}

const round = (degrees: number): number => Math.round(degrees * 1e5) / 1e5;

/** Metres along a line. */
export const lengthOf = (line: readonly LatLng[]): number =>
  line.reduce((sum, point, index) => {
    const before = line[index - 1];
    return before ? sum + metersBetween(before, point) : sum;
  }, 0);

/** The largest set of nodes found that all reach each other. */
function largestMesh(
  count: number,
  forth: readonly (readonly number[])[],
  back: readonly (readonly number[])[],
): number[] {
  let best: number[] = [];
  const seen = new Set<number>();
  for (let start = 0; start < count && best.length <= count / 2; start += 1) {
    if (seen.has(start)) continue;
    const [reached, reaching] = [spread(start, forth), spread(start, back)];
    const mesh = [...reached].filter((node) => reaching.has(node));
    for (const node of mesh) seen.add(node);
    if (mesh.length > best.length) best = mesh;
  }
  return best.toSorted((a, b) => a - b);
}

function spread(start: number, next: readonly (readonly number[])[]): Set<number> {
  const found = new Set([start]);
  for (const node of found) for (const neighbour of next[node] ?? []) found.add(neighbour);
  return found;
}

/**
 * A place for a text, always the same one: this is how the simulated carrier, which knows no real addresses, finds a door
 * or a depot.
 */
export function placeOf(roads: Roads, text: string): number {
  const number = createHash('sha256').update(text).digest().readUInt32BE(0);
  return roads.places[number % roads.places.length] ?? 0;
}

import type { StyleSpecification } from 'maplibre-gl';

/** The colours of the map, taken from the page, so that both are of one shop and of one time of day. */
export interface MapColours {
  readonly ground: string;
  readonly street: string;
  readonly road: string;
  readonly planned: string;
  readonly driven: string;
}

/** Reads the colours that the style sheet gives the map. */
export function readColours(): MapColours {
  // A colour by light-dark() is only known once it is used: the canvas element of the browser resolves it.
  const probe = document.createElement('span');
  document.body.append(probe);
  const read = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    ground: read('--map-ground'),
    street: read('--map-street'),
    road: read('--map-road'),
    planned: read('--map-planned'),
    driven: read('--brand'),
  };
  probe.remove();
  return colours;
}

const nothing = { type: 'FeatureCollection' as const, features: [] };
const roads = '/carriers/simulator/roads.json';

/** Streets and two ways over plain ground. No tiles, glyphs or sprites: there is nothing else to load. */
export function mapStyle({ ground, street, road, planned, driven }: MapColours): StyleSpecification {
  const round = { 'line-cap': 'round' as const, 'line-join': 'round' as const };
  return {
    version: 8,
    sources: {
      roads: { type: 'geojson', data: roads },
      planned: { type: 'geojson', data: nothing },
      driven: { type: 'geojson', data: nothing },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': ground } },
      {
        id: 'streets',
        type: 'line',
        source: 'roads',
        layout: round,
        paint: {
          'line-color': ['match', ['get', 'class'], ['primary', 'secondary', 'trunk', 'motorway'], road, street],
          'line-width': [
            'interpolate',
            ['exponential', 1.6],
            ['zoom'],
            11,
            ['match', ['get', 'class'], ['primary', 'secondary', 'trunk', 'motorway'], 1.6, 0.8],
            17,
            ['match', ['get', 'class'], ['primary', 'secondary', 'trunk', 'motorway'], 16, 9],
          ],
        },
      },
      {
        id: 'planned',
        type: 'line',
        source: 'planned',
        layout: round,
        paint: { 'line-color': planned, 'line-width': 5, 'line-dasharray': [0.2, 1.8] },
      },
      {
        id: 'driven',
        type: 'line',
        source: 'driven',
        layout: round,
        paint: { 'line-color': driven, 'line-width': 5.5 },
      },
    ],
  };
}

import 'maplibre-gl/dist/maplibre-gl.css';
import {
  AttributionControl,
  LngLatBounds,
  Map,
  Marker,
  NavigationControl,
  setWorkerUrl,
  type GeoJSONSource,
} from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { useEffect, useRef, useState } from 'react';
import { Icon } from '../parts/icons.tsx';
import { ago } from '../words.ts';
import type { Place } from './geometry.ts';
import { createGlide, type Drawn, type Fix, type Glide } from './glide.ts';
import { mapStyle, readColours } from './map-style.ts';
import { measureRoute, nearestOnRoute, wayUntil, type Route } from './route.ts';
import { destinationElement, vehicleElement, type VehicleElement } from './vehicle-element.ts';

setWorkerUrl(workerUrl);

/** What the map shows. The words beside it say the same; the map illustrates them. */
export interface LiveMapProps {
  /** The parcel's number: there may be several maps on a page. */
  readonly name: string;
  readonly route: readonly Place[];
  /** The way so far, oldest first, as it was when the page opened. */
  readonly track: readonly Place[];
  /** The newest fix; null while there is none to show. */
  readonly fix: Fix | null;
  readonly destination: Place | null;
  /** No vehicle is on its way any more, or not yet. */
  readonly isOver: boolean;
}

/** Farther from the planned way than this, the vehicle drives where nobody planned. */
const offRouteMeters = 60;
const fitPadding = { top: 56, right: 48, bottom: 48, left: 48 };

/** Streets, the planned way, the way so far, and a vehicle that glides along it. Asks this host alone. */
export function LiveMap(props: LiveMapProps) {
  const { name, route, track, fix, destination, isOver } = props;
  const holder = useRef<HTMLDivElement>(null);
  const scene = useRef<Scene | null>(null);
  const [isPaused, setIsPaused] = useState(false);
  const [lastSeen, setLastSeen] = useState<number | null>(null);
  const [isBroken, setIsBroken] = useState(false);

  useEffect(() => {
    if (!holder.current) return;
    try {
      scene.current = createScene(holder.current, name, setLastSeen);
    } catch {
      // No WebGL: the words beside the map say all that it would.
      setIsBroken(true);
    }
    return () => {
      scene.current?.remove();
      scene.current = null;
    };
  }, []);
  useEffect(() => scene.current?.setRoute(route, track, destination), [route, track, destination]);
  useEffect(() => scene.current?.setFix(isOver ? null : fix), [fix, isOver]);
  useEffect(() => scene.current?.setPaused(isPaused), [isPaused]);

  if (isBroken) return <p className="missing">This browser draws no maps. All of it stands in words beside.</p>;
  return (
    <div className="map-frame">
      <div ref={holder} className="map" role="region" aria-label={`The way of parcel ${name}`} />
      {lastSeen !== null && !isOver && <p className="last-seen">Last seen {ago(lastSeen)}</p>}
      <div className="map-tools">
        <button type="button" className="button quiet small" onClick={() => scene.current?.fit()}>
          Show the whole way
        </button>
        {!isOver && (
          <button
            type="button"
            className="button quiet small"
            aria-pressed={isPaused}
            onClick={() => setIsPaused(!isPaused)}
          >
            <Icon name={isPaused ? 'play' : 'pause'} /> {isPaused ? 'Resume live map' : 'Pause live map'}
          </button>
        )}
      </div>
    </div>
  );
}

interface Scene {
  setRoute(route: readonly Place[], track: readonly Place[], destination: Place | null): void;
  setFix(fix: Fix | null): void;
  setPaused(isPaused: boolean): void;
  fit(): void;
  remove(): void;
}

/** The map outside of React: it is drawn sixty times a second, and React has no part in that. */
function createScene(holder: HTMLDivElement, name: string, tellLastSeen: (seconds: number | null) => void): Scene {
  const wantsLessMotion = matchMedia('(prefers-reduced-motion: reduce)');
  const wantsDark = matchMedia('(prefers-color-scheme: dark)');
  const map = new Map({
    container: holder,
    style: mapStyle(readColours()),
    center: [0, 0],
    zoom: 1,
    maxZoom: 18,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    // Two fingers, or the wheel with a key: the page under the pointer goes on scrolling.
    cooperativeGestures: true,
    fadeDuration: 0,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right');
  map.addControl(new AttributionControl({ compact: true, customAttribution: 'Streets of the carrier' }), 'bottom-left');
  map.getCanvas().setAttribute('aria-label', `Map of parcel ${name}. Arrow keys move it, plus and minus zoom.`);

  let route: Route | null = null;
  let places: readonly Place[] = [];
  let before: readonly Place[] = [];
  let glide: Glide = createGlide({ route: null, steps: wantsLessMotion.matches });
  let vehicle: VehicleElement | null = null;
  let ghost: VehicleElement | null = null;
  let marker: Marker | null = null;
  let ghostMarker: Marker | null = null;
  let destinationMarker: Marker | null = null;
  let fix: Fix | null = null;
  let shown: Place | null = null;
  let drivenMeters = 0;
  let isPaused = false;
  let isLoaded = false;
  let hasFitted = false;
  let frame = 0;
  let tick = 0;

  const source = (name: string): GeoJSONSource | undefined => map.getSource<GeoJSONSource>(name);
  const line = (name: string, way: readonly Place[]): void =>
    void source(name)?.setData({
      type: 'Feature',
      properties: {},
      geometry: { type: 'LineString', coordinates: way.map(({ longitude, latitude }) => [longitude, latitude]) },
    });

  function drawDriven(): void {
    if (!isLoaded) return;
    if (!fix) return line('driven', before);
    // As far as the vehicle is drawn, which is not yet where the newest fix is.
    const here = shown ?? fix;
    const found = route ? nearestOnRoute(route, here, drivenMeters) : null;
    if (!route || !found || found.offMeters > offRouteMeters) return line('driven', [...before, here]);
    drivenMeters = found.meters;
    line('driven', wayUntil(route, found.meters));
  }

  function fit(): void {
    const all = [...places, ...(fix ? [fix] : [])];
    const [first] = all;
    if (!first) return;
    const bounds = new LngLatBounds([first.longitude, first.latitude], [first.longitude, first.latitude]);
    for (const { longitude, latitude } of all) bounds.extend([longitude, latitude]);
    map.fitBounds(bounds, { padding: fitPadding, maxZoom: 16, animate: hasFitted && !wantsLessMotion.matches });
    hasFitted = true;
  }

  function show(drawn: Drawn): void {
    shown = drawn;
    vehicle ??= vehicleElement();
    marker ??= new Marker({ element: vehicle.element }).setLngLat([drawn.longitude, drawn.latitude]).addTo(map);
    marker.setLngLat([drawn.longitude, drawn.latitude]);
    const { crossFade } = drawn;
    vehicle.show(drawn, drawn.opacity * (crossFade?.share ?? 1));
    if (crossFade) {
      ghost ??= vehicleElement();
      const { longitude, latitude } = crossFade.from;
      ghostMarker ??= new Marker({ element: ghost.element }).setLngLat([longitude, latitude]).addTo(map);
      ghostMarker.setLngLat([longitude, latitude]);
      ghost.show({ ...crossFade.from, headingDegrees: crossFade.headingDegrees }, 1 - crossFade.share);
    } else if (ghostMarker) {
      ghostMarker.remove();
      [ghostMarker, ghost] = [null, null];
    }
    tellLastSeen(drawn.lastSeenSecondsAgo);
  }

  function draw(): void {
    frame = 0;
    if (isPaused || document.visibilityState === 'hidden') return;
    const drawn = fix ? glide.at(performance.now()) : null;
    if (!drawn) return;
    show(drawn);
    if (drawn.isMoving || drawn.crossFade) frame = requestAnimationFrame(draw);
  }

  const wake = (): void => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };
  const onVisible = (): void => {
    if (document.visibilityState !== 'visible') return;
    glide.snap();
    wake();
  };
  const onColours = (): void => void map.setStyle(mapStyle(readColours()));
  const onMotion = (): void => {
    glide = createGlide({ route, steps: wantsLessMotion.matches });
    if (fix) glide.add(fix);
    wake();
  };

  function drawWays(): void {
    if (!isLoaded) return;
    line('planned', places);
    drawDriven();
  }

  map.on('style.load', () => {
    isLoaded = true;
    drawWays();
  });
  document.addEventListener('visibilitychange', onVisible);
  wantsDark.addEventListener('change', onColours);
  wantsLessMotion.addEventListener('change', onMotion);
  tick = window.setInterval(() => {
    // At rest no frame is asked for, and "last seen" goes on all the same.
    wake();
    // The line behind it is drawn once a second: it costs a repaint of the whole map.
    if (fix && !isPaused) drawDriven();
  }, 1_000);

  return {
    setRoute(nextPlaces, track, destination) {
      places = nextPlaces;
      before = track;
      route = measureRoute(nextPlaces);
      glide.setRoute(route);
      destinationMarker?.remove();
      destinationMarker = destination
        ? new Marker({ element: destinationElement(), anchor: 'bottom' })
            .setLngLat([destination.longitude, destination.latitude])
            .addTo(map)
        : null;
      drawWays();
      if (!hasFitted) fit();
    },
    setFix(next) {
      if (next === fix) return;
      fix = next;
      if (fix) glide.add(fix);
      else {
        marker?.remove();
        [marker, vehicle] = [null, null];
      }
      drawDriven();
      if (!hasFitted) fit();
      wake();
    },
    setPaused(next) {
      if (isPaused && !next) glide.snap();
      isPaused = next;
      wake();
    },
    fit,
    remove() {
      cancelAnimationFrame(frame);
      clearInterval(tick);
      document.removeEventListener('visibilitychange', onVisible);
      wantsDark.removeEventListener('change', onColours);
      wantsLessMotion.removeEventListener('change', onMotion);
      map.remove();
    },
  };
}

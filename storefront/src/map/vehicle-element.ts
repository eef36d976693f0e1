import type { Place } from './geometry.ts';

/** The vehicle on the map: an element that CSS moves and turns. */
export interface VehicleElement {
  readonly element: HTMLElement;
  show(drawn: Place & { readonly headingDegrees: number }, opacity: number): void;
}

const namespace = 'http://www.w3.org/2000/svg';

function drawing(viewBox: string, shapes: readonly [string, string][]): SVGSVGElement {
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', viewBox);
  svg.setAttribute('aria-hidden', 'true');
  for (const [className, path] of shapes) {
    const shape = document.createElementNS(namespace, 'path');
    shape.setAttribute('class', className);
    shape.setAttribute('d', path);
    svg.append(shape);
  }
  return svg;
}

/** A van from above, its front to the north until it is turned. */
export function vehicleElement(): VehicleElement {
  const element = document.createElement('div');
  element.className = 'vehicle';
  const body = document.createElement('div');
  body.className = 'vehicle-body';
  body.append(
    drawing('0 0 32 32', [
      ['halo', 'M16 2a14 14 0 1 1 0 28a14 14 0 0 1 0-28z'],
      ['van', 'M12 6.5c0-1 1.5-2 4-2s4 1 4 2l1 4.5v14c0 1-.7 1.6-1.6 1.6h-6.8c-.9 0-1.6-.6-1.6-1.6V11z'],
      ['glass', 'M12.6 8.6c2-.7 4.8-.7 6.8 0l.5 2.9c-2.4-.5-5.4-.5-7.8 0z'],
    ]),
  );
  element.append(body);
  return {
    element,
    show({ latitude, longitude, headingDegrees }, opacity) {
      body.style.transform = `rotate(${headingDegrees.toFixed(1)}deg)`;
      body.style.opacity = opacity.toFixed(2);
      // For tests, and for whoever wonders what is shown: where it is drawn, which is not where the last fix was.
      element.dataset['latitude'] = latitude.toFixed(6);
      element.dataset['longitude'] = longitude.toFixed(6);
      element.dataset['heading'] = headingDegrees.toFixed(0);
    },
  };
}

/** A pin where the way ends. */
export function destinationElement(): HTMLElement {
  const element = document.createElement('div');
  element.className = 'destination';
  element.append(
    drawing('0 0 24 32', [
      ['pin', 'M12 31C12 31 2 19 2 11.5a10 10 0 0 1 20 0C22 19 12 31 12 31z'],
      ['hole', 'M12 7.5a4 4 0 1 1 0 8a4 4 0 0 1 0-8z'],
    ]),
  );
  return element;
}

import { describe, expect, test } from 'vitest';
import { isPassing, withKnown } from '../src/live/with-known.ts';
import { SignedOut } from '../src/session/keep-token.ts';

const failing = (code: string, ...paths: (string | number)[][]) => ({
  errors: paths.map((path) => ({ message: 'no', path, extensions: { code } })),
});
const parcel = { id: 's1', status: 'IN_TRANSIT' };

describe('an answer that comes in part, or not at all', () => {
  test('leaves all that is known where nothing came', () => {
    expect(withKnown(undefined, { order: parcel }, new Error('Failed to fetch'))).toEqual({ order: parcel });
  });

  test('leaves what could not be answered as it was, and is newer everywhere else', () => {
    const known = { order: { id: 'o1', status: 'PENDING', shipments: [parcel], payments: [] } };
    const answer = { order: { id: 'o1', status: 'CONFIRMED', shipments: null, payments: null } };
    const error = failing('SUBGRAPH_UNAVAILABLE', ['order', 'shipments']);

    expect(withKnown<unknown>(answer, known, error)).toEqual({
      order: { id: 'o1', status: 'CONFIRMED', shipments: [parcel], payments: null },
    });
  });

  test('puts back what stands above the field that failed, where the field may not be null', () => {
    const known = { me: { id: 'c1' } };
    const error = failing('INTERNAL_SERVER_ERROR', ['me', 'points', 'balance']);
    expect(withKnown<unknown>({ me: null }, known, error)).toEqual(known);
  });

  test('finds an item of a list by its id, wherever it stood before', () => {
    const known = { nodes: [{ id: 'a', stock: 1 }] };
    const answer = {
      nodes: [
        { id: 'new', stock: null },
        { id: 'a', stock: null },
      ],
    };
    const error = failing('SUBGRAPH_UNAVAILABLE', ['nodes', 0, 'stock'], ['nodes', 1, 'stock']);

    expect(withKnown<unknown>(answer, known, error)).toEqual({
      nodes: [
        { id: 'new', stock: null },
        { id: 'a', stock: 1 },
      ],
    });
  });

  test('takes away what the server refuses: that does not pass', () => {
    const error = failing('FORBIDDEN', ['order']);
    expect(withKnown<unknown>({ order: null }, { order: parcel }, error)).toEqual({ order: null });
    expect(isPassing(error)).toBe(false);
  });
});

test.each([
  [undefined, false],
  [new Error('Failed to fetch'), true],
  [Object.assign(new Error('Bad gateway'), { statusCode: 502 }), true],
  [Object.assign(new Error('Too many'), { statusCode: 429 }), true],
  [Object.assign(new Error('Bad request'), { statusCode: 400 }), false],
  [new SignedOut(), false],
  [failing('SUBGRAPH_UNAVAILABLE', ['order']), true],
])('whether asking again may help: %s', (error, expected) => {
  expect(isPassing(error)).toBe(expected);
});

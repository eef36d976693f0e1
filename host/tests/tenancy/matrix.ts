import { encodeId } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import type { GraphQLSchema } from 'graphql';
import { shownIn, withoutPassed, type Belongings } from './belongings.ts';
import { argumentsFor, describePlace, documentOf, selectionOf, type OwnIds, type Place } from './generated-calls.ts';
import { inParallel, type Answer } from './trial.ts';

/** A caller who shall see nothing of somebody. */
export interface Stranger {
  readonly name: string;
  ask(query: string, variables: Record<string, unknown>): Promise<Answer>;
}

export interface Matrix {
  readonly schema: GraphQLSchema;
  readonly places: readonly Place[];
  readonly strangers: readonly Stranger[];
  /** What is somebody else's and may be named at a place. */
  valuesAt(place: Place): readonly string[];
  readonly own: OwnIds;
  readonly foreign: Belongings;
  /** Places, as `describePlace` has them, where nobody looks whether an id names something. */
  readonly unchecked?: readonly string[];
}

export interface MatrixOutcome {
  calls: number;
  /** What went wrong, one line each. */
  readonly findings: string[];
}

/** Whether an answer is neither an error nor null nor a refusal. */
export function goesThrough(answer: Answer): boolean {
  if (answer.errors || !answer.data) return false;
  return Object.values(answer.data).every((payload) => payload !== null && refusalsIn(payload).length === 0);
}

function refusalsIn(payload: unknown): unknown[] {
  const errors: unknown =
    typeof payload === 'object' && payload !== null && 'userErrors' in payload ? payload.userErrors : null;
  return Array.isArray(errors) ? errors : [];
}

/** The codes of an answer: of its errors, and of the refusals in its payload. */
export function codesOf(answer: Answer): string[] {
  const refusals = Object.values(answer.data ?? {}).flatMap(refusalsIn);
  const codes = [
    ...(answer.errors ?? []).map((error) => error.extensions?.code),
    ...refusals.map((refusal) => (refusal as { code: unknown }).code),
  ];
  return codes.map(String);
}

/** A value like the foreign one that names nothing anywhere. */
function absentLike({ names, path }: Place): string {
  if (names !== null) return encodeId(names, newId());
  return path.at(-1) === 'number' ? '987654' : `nobody-${newId()}`;
}

/**
 * Lets every stranger name everything foreign at every place, and compares each answer with the one for something that
 * does not exist: nothing foreign may show, and nothing may tell the two apart. A mutation must refuse both.
 */
export async function tryAll({
  schema,
  places,
  strangers,
  valuesAt,
  own,
  foreign,
  unchecked = [],
}: Matrix): Promise<MatrixOutcome> {
  const outcome: MatrixOutcome = { calls: 0, findings: [] };

  async function tryPlace({ stranger, place }: { stranger: Stranger; place: Place }): Promise<void> {
    const { field, operation } = place;
    const isUnchecked = unchecked.includes(describePlace(place));
    const found = (what: string): void =>
      void outcome.findings.push(`${stranger.name}: ${describePlace(place)}: ${what}`);
    const ask = async (value: string): Promise<Answer> => {
      outcome.calls += 1;
      const given = argumentsFor(schema, field, place, value, own);
      return stranger.ask(documentOf(operation, field, given, selectionOf(field.type, 2)), given);
    };

    const absent = absentLike(place);
    const values = valuesAt(place);
    if (values.length === 0) found('there is nothing foreign to name');
    const wanted = await ask(absent);
    const neutral = withoutPassed(wanted, absent);
    if (!isUnchecked && operation === 'mutation' && goesThrough(wanted)) found('goes through with an id of nothing');
    await Promise.all(
      values.map(async (value) => {
        const answer = await ask(value);
        const shown = shownIn(answer, foreign, value);
        if (shown.length > 0) found(`shows ${shown.join(', ')} in ${JSON.stringify(answer).slice(0, 400)}`);
        if (codesOf(answer).includes('INTERNAL_SERVER_ERROR')) found('an internal error');
        const told = withoutPassed(answer, value);
        if (!isUnchecked && told !== neutral) found(`foreign ${told.slice(0, 400)}, absent ${neutral.slice(0, 400)}`);
      }),
    );
  }

  const trials = strangers.flatMap((stranger) => places.map((place) => ({ stranger, place })));
  // What goes through changes things, and so comes after the comparisons.
  const [careful, last] = [false, true].map((late) =>
    trials.filter(({ place }) => unchecked.includes(describePlace(place)) === late),
  );
  await inParallel(careful ?? [], 6, tryPlace);
  await inParallel(last ?? [], 1, tryPlace);
  return outcome;
}

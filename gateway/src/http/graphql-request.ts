import { Refusal } from '../errors.ts';

/** What a client asks, as it stands in a body or in an address. */
export interface GraphQLRequest {
  readonly query?: string;
  readonly operationName?: string;
  readonly variables?: Record<string, unknown>;
  readonly extensions: Record<string, unknown>;
}

/** Reads the parameters of a POST body or of a GET address; throws a `Refusal` that names the one at fault. */
export function readGraphQLRequest(from: { method: string; search: string; body: string }): GraphQLRequest {
  const parameters = from.method === 'GET' ? readSearch(from.search) : readJsonObject('The body', from.body);
  const { query, operationName, variables, extensions } = parameters;
  if (query !== undefined && query !== null && typeof query !== 'string') throw bad('"query" must be a text');
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string')
    throw bad('"operationName" must be a text');
  return {
    ...(query ? { query } : {}),
    ...(operationName ? { operationName } : {}),
    ...(variables === undefined || variables === null ? {} : { variables: asObject('"variables"', variables) }),
    extensions: extensions === undefined || extensions === null ? {} : asObject('"extensions"', extensions),
  };
}

/** The hash of a registered document, where a client sent one in place of the text. */
export function persistedHashOf({ persistedQuery }: Record<string, unknown>): string | undefined {
  if (typeof persistedQuery !== 'object' || persistedQuery === null || !('sha256Hash' in persistedQuery))
    return undefined;
  return typeof persistedQuery.sha256Hash === 'string' ? persistedQuery.sha256Hash : undefined;
}

function readSearch(search: string): Record<string, unknown> {
  const parameters = new URLSearchParams(search);
  const json = (name: string): unknown =>
    parameters.has(name) ? readJsonObject(`"${name}"`, parameters.get(name) ?? '') : undefined;
  return {
    query: parameters.get('query'),
    operationName: parameters.get('operationName'),
    variables: json('variables'),
    extensions: json('extensions'),
  };
}

function readJsonObject(what: string, text: string): Record<string, unknown> {
  try {
    return asObject(what, JSON.parse(text));
  } catch (error) {
    throw error instanceof Refusal ? error : bad(`${what} must be JSON`);
  }
}

function asObject(what: string, value: unknown): Record<string, unknown> {
  if (Array.isArray(value)) throw bad(`${what} is a list, and batches are not accepted: it must be a JSON object`);
  if (typeof value !== 'object' || value === null) throw bad(`${what} must be a JSON object`);
  return { ...value };
}

const bad = (reason: string): Refusal =>
  new Refusal(
    'BAD_REQUEST',
    `${reason}. Send {"query": "…", "variables": {…}} with the content type application/json.`,
  );

import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { ContextSigner, Viewer } from '@ordergraph/identity';
import { getOperationAST, OperationTypeNode, type DocumentNode } from 'graphql';
import { Refusal } from '../errors.ts';
import { requestIdOf, type Authenticate } from '../identity/authenticate.ts';
import type { RequestContext } from '../identity/request-context.ts';
import type { AdmitDocument } from '../limits/admit-document.ts';
import type { Limits } from '../limits/limits.ts';
import { checkVariables } from '../limits/measure-variables.ts';
import type { Charge, ChargeRequest } from '../limits/rate.ts';
import type { TrustedDocuments } from '../limits/trusted-documents.ts';
import { persistedHashOf, readGraphQLRequest, type GraphQLRequest } from './graphql-request.ts';

/** A request to `/graphql`, free of sockets. */
export interface GraphQLHttpRequest {
  readonly method: string;
  readonly search: string;
  readonly headers: HeaderMap;
  readonly body: string;
  readonly address: string;
  readonly clientGone: AbortSignal;
}

export interface GraphQLHttpAnswer {
  readonly status: number;
  readonly headers: HeaderMap;
  readonly body: string;
}

/** All that stands between a request and its plan, in the order in which a request meets it. */
export interface GraphQLEndpointParts {
  readonly authenticate: Authenticate;
  readonly trustedDocuments: TrustedDocuments;
  readonly limits: Limits;
  readonly admitDocument: AdmitDocument;
  readonly charge: ChargeRequest;
  readonly server: ApolloServer<RequestContext>;
  readonly signer: ContextSigner | undefined;
  readonly requestMs: number;
}

/** Answers GraphQL requests: who asks, what may run, within which limits, and only then a plan. */
export function createGraphQLEndpoint(
  parts: GraphQLEndpointParts,
): (request: GraphQLHttpRequest) => Promise<GraphQLHttpAnswer> {
  const { authenticate, trustedDocuments, limits, admitDocument, charge, server, signer, requestMs } = parts;

  return async (request) => {
    const requestId = requestIdOf(request.headers);
    request.headers.set('x-request-id', requestId);
    try {
      const viewer = await authenticate(request.headers);
      const asked = readGraphQLRequest(request);
      const query = trustedDocuments.resolve({ query: asked.query, sha256Hash: persistedHashOf(asked.extensions) });
      checkVariables(asked.variables, limits);
      const document = query === undefined ? undefined : admitDocument(query);
      if (document) refuseSubscriptions(document, asked.operationName);
      const charged = document ? charge({ document, asked, viewer, address: request.address }) : undefined;
      return await execute(request, { ...asked, ...(query === undefined ? {} : { query }) }, viewer, charged);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return refuse(error, requestId);
    }
  };

  async function execute(
    request: GraphQLHttpRequest,
    asked: GraphQLRequest,
    viewer: Viewer,
    charge: Charge | undefined,
  ): Promise<GraphQLHttpAnswer> {
    const context: RequestContext = {
      viewer,
      charge,
      sign: (subgraph, body) => signer?.sign({ viewer, subgraph, body }) ?? '',
      deadlineAt: performance.now() + requestMs,
      clientGone: request.clientGone,
    };
    const {
      status = 200,
      headers,
      body,
    } = await server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: request.method,
        headers: withoutInternalHeaders(request.headers),
        search: request.method === 'GET' ? searchOf(asked) : '',
        body: request.method === 'GET' ? undefined : bodyOf(asked),
      },
      context: async () => context,
    });
    headers.set('x-request-id', viewer.requestId);
    return { status, headers, body: await textOf(body) };
  }
}

/** One answer is not what a subscription asks for. */
function refuseSubscriptions(document: DocumentNode, operationName: string | undefined): void {
  if (getOperationAST(document, operationName)?.operation === OperationTypeNode.SUBSCRIPTION)
    throw new Refusal(
      'BAD_REQUEST',
      'A subscription needs a connection that stays open: a socket with the protocol graphql-transport-ws, or a request that accepts text/event-stream.',
      { status: 406 },
    );
}

/** The gateway's own words to subgraphs; a client that sends them is either mistaken or trying. */
function withoutInternalHeaders(headers: HeaderMap): HeaderMap {
  const kept = new HeaderMap();
  for (const [name, value] of headers)
    if (!name.startsWith('x-ordergraph-') && !name.startsWith('x-internal-')) kept.set(name, value);
  return kept;
}

// The registered document replaces the hash, which Apollo would take for its own protocol of a cache anybody may fill.
const withoutHash = ({ persistedQuery: _hash, ...extensions }: Record<string, unknown>): Record<string, unknown> =>
  extensions;

const bodyOf = (asked: GraphQLRequest): Record<string, unknown> => ({
  ...asked,
  extensions: withoutHash(asked.extensions),
});

function searchOf({ query, operationName, variables }: GraphQLRequest): string {
  const search = new URLSearchParams();
  if (query) search.set('query', query);
  if (operationName) search.set('operationName', operationName);
  if (variables) search.set('variables', JSON.stringify(variables));
  return `?${search}`;
}

export function refuse(refusal: Refusal, requestId: string): GraphQLHttpAnswer {
  const headers = new HeaderMap([
    ['content-type', 'application/json; charset=utf-8'],
    ['x-request-id', requestId],
  ]);
  if (refusal.status === 401) headers.set('www-authenticate', 'Bearer');
  const { retryAfterMs } = refusal.facts;
  if (typeof retryAfterMs === 'number') headers.set('retry-after', String(Math.ceil(retryAfterMs / 1000)));
  return { status: refusal.status, headers, body: JSON.stringify(refusal) };
}

type HttpBody = Awaited<ReturnType<ApolloServer['executeHTTPGraphQLRequest']>>['body'];

async function textOf(body: HttpBody): Promise<string> {
  if (body.kind === 'complete') return body.string;
  let text = '';
  for await (const chunk of body.asyncIterator) text += chunk;
  return text;
}

import { HeaderMap } from '@apollo/server';
import { tenantSelectorHeader } from '@ordergraph/identity';
import {
  GraphQLSchema,
  OperationTypeNode,
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
} from 'graphql';
import type { ServerOptions } from 'graphql-ws';
import { Refusal } from '../errors.ts';
import type { GraphQLHttpAnswer, GraphQLHttpRequest } from '../http/graphql-endpoint.ts';
import type { GraphQLRequest } from '../http/graphql-request.ts';
import type { RequestHeaders } from '../identity/authenticate.ts';
import type { Admission } from './admission.ts';
import { errorsOf, OperationErrors, type MaskError } from './client-errors.ts';
import type { Frame } from './frame.ts';
import type { LiveCounters } from './metrics.ts';
import type { Quotas } from './quotas.ts';
import type { Session, Sessions } from './session.ts';
import type { SocketConnection } from './socket-connection.ts';
import { unanswered, type SocketOperation } from './socket-operations.ts';
import type { LiveSubscription } from './subscription.ts';

/** What messages of sockets are answered with. */
export interface MessageParts {
  readonly admission: Admission;
  readonly answerGraphQL: (request: GraphQLHttpRequest) => Promise<GraphQLHttpAnswer>;
  readonly sessions: Sessions;
  readonly quotas: Quotas;
  readonly counters: LiveCounters;
  readonly maskError: MaskError;
}

type Hooks = Pick<
  ServerOptions<Record<string, unknown>, SocketConnection>,
  'onConnect' | 'onSubscribe' | 'subscribe' | 'execute' | 'onNext' | 'onError' | 'onComplete'
>;

/** An operation that was admitted and started, on its way through the library. */
type Started = { readonly result: FormattedExecutionResult } | { readonly frames: AsyncIterableIterator<Frame> };

/** The hooks of graphql-ws: who connects, what starts, what is sent. */
export function createMessageHooks(parts: MessageParts): Hooks {
  const { admission, answerGraphQL, sessions, quotas, maskError } = parts;
  const started = new WeakMap<object, Started>();

  return {
    async onConnect({ extra: connection, connectionParams }) {
      try {
        const session = await sessions.open(headersOf(connectionParams));
        connection.begin(session, quotas.hold(session.viewer, connection.address, 'socket'));
        return true;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        connection.turnAway(error);
        return false;
      }
    },

    async onSubscribe({ extra: connection }, id, payload) {
      connection.operated();
      let operation: SocketOperation | undefined;
      try {
        operation = connection.operations.begin(id);
        return await start(connection, operation, askedIn(payload));
      } catch (error) {
        operation?.done();
        return errorsOf(error);
      } finally {
        // The library knows ids only, and would answer whoever has this one now.
        if (operation?.isSuperseded) await unanswered();
      }
    },

    subscribe: (args) => resultOf(args),
    execute: (args) => resultOf(args),

    onNext: ({ extra: connection }, _id, _payload, _args, result) =>
      // What `resultOf` hands over comes here untouched.
      isFrame(result) ? (connection.payloadOf(result) as ExecutionResult) : result,

    onError: (_socket, _id, _payload, errors) =>
      errors.flatMap((error) => errorsOf(error)).map((error) => maskError(error.toJSON(), error)),
  };

  async function start(
    connection: SocketConnection,
    operation: SocketOperation,
    asked: GraphQLRequest,
  ): Promise<ExecutionArgs> {
    const { session } = connection;
    if (!session) throw new Error('Nobody subscribes before they are acknowledged.');
    const admitted = admission.admit(asked);
    const { document, kind } = admitted;
    const args: ExecutionArgs = { schema: unused, document, operationName: asked.operationName ?? null };
    if (kind === OperationTypeNode.SUBSCRIPTION) {
      const subscription = await subscribe(connection, session, admitted);
      started.set(args, { frames: operation.run(subscription) });
    } else {
      started.set(args, { result: await runOnce(connection, session, asked) });
      operation.done();
    }
    return args;
  }

  async function subscribe(
    connection: SocketConnection,
    { viewer }: Session,
    admitted: Parameters<Admission['subscribe']>[0],
  ): Promise<LiveSubscription> {
    const { address } = connection;
    const subscription = await admission.subscribe(admitted, { viewer, address, transport: 'graphql-ws' });
    // The token may have been renewed meanwhile.
    if (connection.session) subscription.reauthorise(connection.session.viewer);
    return subscription;
  }

  async function runOnce(
    connection: SocketConnection,
    { authorization, tenant }: Session,
    asked: GraphQLRequest,
  ): Promise<FormattedExecutionResult> {
    const headers = new HeaderMap([['content-type', 'application/json']]);
    if (authorization !== undefined) headers.set('authorization', authorization);
    if (tenant !== undefined) headers.set(tenantSelectorHeader, tenant);
    const { body } = await answerGraphQL({
      method: 'POST',
      search: '',
      headers,
      body: JSON.stringify(asked),
      address: connection.address,
      clientGone: connection.gone,
    });
    const result: FormattedExecutionResult = JSON.parse(body);
    if (result.data === undefined) throw new OperationErrors(result.errors ?? []);
    return result;
  }

  function resultOf(args: object): AsyncIterableIterator<ExecutionResult> | ExecutionResult {
    const operation = started.get(args);
    if (!operation) throw new Error('Every operation passes onSubscribe first.');
    // The library looks at neither: it hands both to `onNext`.
    return ('frames' in operation ? operation.frames : operation.result) as
      | AsyncIterableIterator<ExecutionResult>
      | ExecutionResult;
  }
}

// graphql-ws asks for a schema wherever it does not call one itself.
const unused = new GraphQLSchema({});

const isFrame = (result: object): result is Frame => 'json' in result && 'receivedAt' in result;

function askedIn(payload: {
  query: string;
  operationName?: string | null | undefined;
  variables?: Record<string, unknown> | null | undefined;
  extensions?: Record<string, unknown> | null | undefined;
}): GraphQLRequest {
  const { query, operationName, variables, extensions } = payload;
  return {
    ...(query ? { query } : {}),
    ...(operationName ? { operationName } : {}),
    ...(variables ? { variables } : {}),
    extensions: extensions ?? {},
  };
}

/** Headers as a client of a socket sends them: as fields of its first message. */
function headersOf(connectionParams: Readonly<Record<string, unknown>> | undefined): RequestHeaders {
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(connectionParams ?? {}))
    if (typeof value === 'string') texts.set(name.toLowerCase(), value);
  return { get: (name) => texts.get(name) };
}

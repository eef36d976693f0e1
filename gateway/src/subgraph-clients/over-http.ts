import { setTimeout as pause } from 'node:timers/promises';
import { deadlineHeader, internalContextHeader } from '@ordergraph/identity';
import type { ExecutionResult } from 'graphql';
import { Pool, type Dispatcher } from 'undici';
import { subgraphUrlVariable } from '../environment.ts';
import { createBreaker } from './breaker.ts';
import { createDocumentCache } from './document-cache.ts';
import { createRetryBudget } from './retry-budget.ts';
import { createSubgraphSocket } from './over-websocket.ts';
import {
  createSubgraphClient,
  defaultDeadlines,
  type Deadlines,
  type Send,
  type SubgraphClient,
} from './subgraph-client.ts';
import { SubgraphDown, withinDeadline } from './subgraph-down.ts';

const connections = 64;
const maxAnswerBytes = 16 * 1024 * 1024;
const retryAfterMs = { least: 10, spread: 50 };
const neverSentCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** A client that holds connections until it is closed. */
export interface HttpSubgraphClient extends SubgraphClient {
  close(): Promise<void>;
}

/** Reaches a subgraph over HTTP: pooled, with a deadline, one retry for queries within a budget, and a breaker; its subscriptions over graphql-ws at the same address. */
export function createHttpClient(options: {
  name: string;
  url: string;
  deadlines?: Deadlines;
  connectTimeoutMs?: number;
}): HttpSubgraphClient {
  const { name, url, deadlines, connectTimeoutMs = 250 } = options;
  const { origin, pathname, search } = readUrl(name, url);
  const pool = new Pool(origin, {
    connections,
    connect: { timeout: connectTimeoutMs },
    maxResponseSize: maxAnswerBytes,
  });
  const breaker = createBreaker();
  const retries = createRetryBudget();

  const sendOnce: Send = async (request) => {
    if (!breaker.admits()) throw new SubgraphDown(`The subgraph "${name}" failed too often and is given a rest.`);
    try {
      const answer = await withinDeadline(name, request, async (signal) =>
        readAnswer(
          name,
          await pool.request({
            path: `${pathname}${search}`,
            method: 'POST',
            headers: headersOf(request),
            body: bodyOf(request),
            signal,
          }),
        ),
      );
      breaker.record('answered');
      return answer;
    } catch (error) {
      // A client that went away says nothing about the subgraph, but a half-open breaker must hear of its probe's end.
      breaker.record(request.signal?.aborted ? 'answered' : 'failed');
      throw error instanceof SubgraphDown ? error : downBecause(name, error);
    }
  };

  const send: Send = async (request) => {
    const startedAt = performance.now();
    retries.earn();
    try {
      return await sendOnce(request);
    } catch (error) {
      const isWorthIt =
        error instanceof SubgraphDown && error.neverSent && !request.isMutation && !request.signal?.aborted;
      if (!isWorthIt || !retries.spend()) throw error;
      await pause(retryAfterMs.least + Math.random() * retryAfterMs.spread);
      const deadlineMs = Math.floor(request.deadlineMs - (performance.now() - startedAt));
      if (deadlineMs < 1) throw error;
      return sendOnce({ ...request, deadlineMs });
    }
  };

  const client = createSubgraphClient({
    name,
    send,
    parse: createDocumentCache(),
    ...(deadlines ? { deadlines } : {}),
  });
  const socket = createSubgraphSocket({ name, url, openWithinMs: (deadlines ?? defaultDeadlines).queryMs });
  return {
    process: (fetch) => client.process(fetch),
    subscribe: socket.subscribe,
    async close() {
      await socket.close();
      await pool.close();
    },
  };
}

function headersOf({ context, deadlineMs, viewer }: Parameters<Send>[0]): Record<string, string> {
  return {
    'content-type': 'application/json',
    accept: 'application/graphql-response+json, application/json',
    [deadlineHeader]: String(deadlineMs),
    'x-request-id': viewer.requestId,
    ...(context ? { [internalContextHeader]: context } : {}),
    ...(viewer.traceparent ? { traceparent: viewer.traceparent } : {}),
  };
}

const bodyOf = ({ query, operationName, variables }: Parameters<Send>[0]): string =>
  JSON.stringify({ query, operationName, variables });

async function readAnswer(name: string, { statusCode, body }: Dispatcher.ResponseData): Promise<ExecutionResult> {
  const text = await body.text();
  const answer = parseJson(text);
  // A subgraph that refuses, with 400 or 401 say, tells why in GraphQL's own form; that is an answer.
  if (isExecutionResult(answer) && statusCode !== 503) return answer;
  throw new SubgraphDown(`The subgraph "${name}" answered ${statusCode} and no GraphQL result.`, {
    neverSent: statusCode === 503,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isExecutionResult = (answer: unknown): answer is ExecutionResult =>
  typeof answer === 'object' &&
  answer !== null &&
  (('data' in answer && typeof answer.data === 'object') || ('errors' in answer && Array.isArray(answer.errors)));

function downBecause(name: string, cause: unknown): SubgraphDown {
  const code: unknown = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return new SubgraphDown(
    `The subgraph "${name}" could not be reached${typeof code === 'string' ? ` (${code})` : ''}.`,
    {
      neverSent: typeof code === 'string' && neverSentCodes.has(code),
      cause,
    },
  );
}

function readUrl(name: string, url: string): URL {
  if (URL.canParse(url) && /^https?:/.test(url)) return new URL(url);
  const variable = subgraphUrlVariable(name);
  throw new Error(
    `The supergraph gives no http address for the subgraph "${name}". Set ${variable}, for example to http://localhost:4101/graphql.`,
  );
}

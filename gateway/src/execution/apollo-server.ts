import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { RequestContext } from '../identity/request-context.ts';
import type { Limits } from '../limits/limits.ts';
import type { Log } from '../log.ts';
import type { Execution } from './execution.ts';
import { createErrorMask } from './mask-errors.ts';

/** The server that validates operations and hands them to the execution. */
export function createApolloServer(options: {
  execution: Execution;
  limits: Limits;
  production: boolean;
  log: Log;
}): ApolloServer<RequestContext> {
  const { execution, limits, production, log } = options;
  return new ApolloServer<RequestContext>({
    gateway: execution,
    introspection: !production,
    hideSchemaDetailsFromClientErrors: production,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    // Its cache is open to anybody and no allow-list; documents are trusted before they come here.
    persistedQueries: false,
    parseOptions: { maxTokens: limits.tokens },
    validationOptions: { maxErrors: 10 },
    executionOptions: { maxCoercionErrors: 10 },
    formatError: createErrorMask(log),
    stopOnTerminationSignals: false,
    nodeEnv: production ? 'production' : 'development',
    plugins: [
      tellCharge,
      // The first two would reach out to Apollo's servers, from here or from the reader's browser.
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginCacheControlDisabled(),
    ],
    logger: {
      debug: () => {},
      info: () => {},
      warn: (message: unknown) => log.warn('server library', { message: String(message) }),
      error: (message: unknown) => log.error('server library', { message: String(message) }),
    },
  });
}

const tellCharge: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ contextValue: { charge }, response: { body } }) {
        if (!charge || body.kind !== 'single') return;
        body.singleResult.extensions = { ...body.singleResult.extensions, cost: charge };
      },
    };
  },
};

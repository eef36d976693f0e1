import type { Viewer } from '@ordergraph/identity';
import { getOperationAST, getVariableValues, GraphQLError, type DocumentNode, type OperationTypeNode } from 'graphql';
import { Refusal, type KnownCode } from '../errors.ts';
import { persistedHashOf, type GraphQLRequest } from '../http/graphql-request.ts';
import type { AdmitDocument } from '../limits/admit-document.ts';
import type { Limits } from '../limits/limits.ts';
import { checkVariables } from '../limits/measure-variables.ts';
import type { OpenMeter } from '../limits/rate.ts';
import type { TrustedDocuments } from '../limits/trusted-documents.ts';
import type { Cohorts } from './cohorts.ts';
import type { LiveLimits, Tally } from './limits.ts';
import type { LiveCounters, Transport } from './metrics.ts';
import { PlanRefusal, type SubscriptionPlanner } from './plan.ts';
import { startSubscription, type LiveSubscription } from './subscription.ts';

/** An operation that stays within the limits, not yet planned. */
export interface AdmittedOperation {
  readonly kind: OperationTypeNode;
  readonly text: string;
  readonly document: DocumentNode;
  readonly asked: GraphQLRequest;
}

/** What stands between a message of a client and its subscription: the same checks as for a query, in the same order. */
export interface Admission {
  /** Throws a `Refusal`. */
  admit(asked: GraphQLRequest): AdmittedOperation;
  /** Rejects with a `Refusal`, a `PlanRefusal`, or `StreamRefused`. */
  subscribe(
    admitted: AdmittedOperation,
    caller: { viewer: Viewer; address: string; transport: Transport; after?: string },
  ): Promise<LiveSubscription>;
}

export function createAdmission(parts: {
  trustedDocuments: TrustedDocuments;
  limits: Limits;
  liveLimits: LiveLimits;
  admitDocument: AdmitDocument;
  openMeter: OpenMeter;
  planner: SubscriptionPlanner;
  cohorts: Cohorts;
  counters: LiveCounters;
  subscriptionsOfTenant: Tally;
}): Admission {
  const { trustedDocuments, limits, liveLimits, admitDocument, openMeter, planner, cohorts, counters } = parts;
  const { subscriptionsOfTenant } = parts;
  return {
    admit(asked) {
      const text = trustedDocuments.resolve({ query: asked.query, sha256Hash: persistedHashOf(asked.extensions) });
      if (text === undefined) throw new Refusal('BAD_REQUEST', 'The operation has no "query".');
      checkVariables(asked.variables, limits);
      const document = admitDocument(text);
      const operation = getOperationAST(document, asked.operationName);
      if (!operation)
        throw new Refusal(
          'OPERATION_RESOLUTION_FAILURE',
          'The document does not say which operation to run. Send "operationName" with the name of one of its operations.',
        );
      return { kind: operation.operation, text, document, asked };
    },

    async subscribe({ text, document, asked }, { viewer, address, transport, after }) {
      const charge = openMeter({ document, asked, viewer, address });
      charge();
      const plan = planner.plan({ text, document, operationName: asked.operationName });
      const given = asked.variables ?? {};
      const { errors } = getVariableValues(plan.schemas.apiJs, plan.operation.variableDefinitions ?? [], given, {
        maxErrors: 10,
      });
      if (errors) throw new PlanRefusal(errors.map(({ message }) => badInput(message)));
      const declared = (plan.operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
      const variables = Object.fromEntries(Object.entries(given).filter(([name]) => declared.includes(name)));

      const tenant = viewer.tenantId ?? 'none';
      if (!subscriptionsOfTenant.take(tenant, liveLimits.subscriptionsPerTenant))
        throw new Refusal('LIMIT_EXCEEDED', 'This merchant has as many subscriptions as it may. Try again later.', {
          status: 429,
          facts: { limit: liveLimits.subscriptionsPerTenant },
        });
      return startSubscription({
        plan,
        variables,
        after: after ?? plan.after.valueIn(variables),
        viewer,
        transport,
        cohorts,
        counters,
        charge,
        onEnd: () => subscriptionsOfTenant.release(tenant),
      });
    },
  };
}

const badInput = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' satisfies KnownCode } });

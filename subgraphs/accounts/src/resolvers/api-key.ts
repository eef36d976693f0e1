import { decodeId, encodeId, findPage, isStaffOrApp } from '@ordergraph/subgraph-server';
import type { RequestContext } from '@ordergraph/subgraph-server';
import type { ApiKeyResolvers, MutationResolvers, QueryResolvers } from '../../generated/graphql.ts';
import { createApiKey } from '../commands/create-api-key.ts';
import { revokeApiKey } from '../commands/revoke-api-key.ts';
import { rotateApiKey } from '../commands/rotate-api-key.ts';
import { newApiKeySecret } from '../credentials/api-key-secret.ts';
import { ApiKey as ApiKeyEntity } from '../entities/api-key.entity.ts';
import { loadersOf, reload } from './loaders.ts';
import { runOnce } from './repeatable-call.ts';

/** The key with that opaque id, if the merchant has it. Who may ask is the caller's question. */
export const loadApiKey = (context: RequestContext, opaqueId: string) => {
  const id = decodeId('ApiKey', opaqueId);
  return id ? loadersOf(context).apiKey.load(id) : null;
};

export const apiKey: QueryResolvers['apiKey'] = (_parent, { id }, context) => loadApiKey(context, id);

export const apiKeys: QueryResolvers['apiKeys'] = (_parent, page, context) =>
  findPage(context, ApiKeyEntity, {}, page, { property: 'createdAt', isDescending: true });

export const ApiKey: ApiKeyResolvers = {
  __resolveReference: ({ id }, context) => (isStaffOrApp(context) ? loadApiKey(context, id) : null),
  id: (row) => encodeId('ApiKey', row.id),
  isActive: (row) => row.isActive && (row.expiresAt == null || row.expiresAt.getTime() > Date.now()),
};

export const apiKeyCreate: MutationResolvers['apiKeyCreate'] = async (_parent, { input }, context) => {
  const secret = newApiKeySecret();
  // The stored outcome of the call must not hold the secret, so it reaches the answer beside the outcome.
  let shown: string | null = null;
  const { value, refusals } = await runOnce(context, 'apiKeyCreate', input, async (tx) => {
    const expiresAt = input.expiresAt == null ? null : new Date(input.expiresAt);
    const outcome = await createApiKey(tx, { ...input, expiresAt, secret, grantableScopes: context.viewer.scopes });
    if (outcome.value) shown = secret.text;
    return outcome;
  });
  return {
    apiKey: await reload(loadersOf(context).apiKey, value?.apiKeyId),
    secret: shown,
    userErrors: [...(refusals ?? [])],
  };
};

export const apiKeyRotate: MutationResolvers['apiKeyRotate'] = async (_parent, { input }, context) => {
  let shown: string | null = null;
  const { value, refusals } = await runOnce(context, 'apiKeyRotate', input, (tx) =>
    rotateApiKey(tx, {
      apiKeyId: decodeId('ApiKey', input.id),
      overlapHours: input.overlapHours,
      grantableScopes: context.viewer.scopes,
      show: (secret) => {
        shown = secret.text;
      },
    }),
  );
  return {
    apiKey: await reload(loadersOf(context).apiKey, value?.apiKeyId),
    secret: shown,
    userErrors: [...(refusals ?? [])],
  };
};

export const apiKeyRevoke: MutationResolvers['apiKeyRevoke'] = async (_parent, { input }, context) => {
  const { value, refusals } = await context.transact((tx) =>
    revokeApiKey(tx, { apiKeyId: decodeId('ApiKey', input.id), reason: input.reason }),
  );
  return { apiKey: await reload(loadersOf(context).apiKey, value?.apiKeyId), userErrors: [...(refusals ?? [])] };
};

import { deadLetterResolvers } from '@ordergraph/subgraph-server';
import { ActorRef } from './actor-ref.ts';
import { ApiKey, apiKey, apiKeyCreate, apiKeyRevoke, apiKeyRotate, apiKeys } from './api-key.ts';
import {
  Merchant,
  merchantCreate,
  merchantReactivate,
  merchants,
  merchantSuspend,
  merchantUpdate,
} from './merchant.ts';
import { Role, role, roleDelete, roles, roleUpsert, scopes } from './role.ts';
import {
  StaffMember,
  staffMember,
  staffMemberDeactivate,
  staffMemberInvite,
  staffMembers,
  staffMemberUpdate,
} from './staff-member.ts';
import { viewer } from './viewer.ts';

const deadLetters = deadLetterResolvers('accounts', 'account');

/** The resolver map of accounts. */
export const resolvers = {
  Query: { viewer, merchants, staffMember, staffMembers, role, roles, scopes, apiKey, apiKeys, ...deadLetters.queries },
  Mutation: {
    merchantCreate,
    merchantUpdate,
    merchantSuspend,
    merchantReactivate,
    staffMemberInvite,
    staffMemberUpdate,
    staffMemberDeactivate,
    roleUpsert,
    roleDelete,
    apiKeyCreate,
    apiKeyRotate,
    apiKeyRevoke,
    ...deadLetters.mutations,
  },
  Merchant,
  StaffMember,
  ActorRef,
  Role,
  ApiKey,
};

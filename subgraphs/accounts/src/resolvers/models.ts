// What the resolvers of each GraphQL type start from; codegen takes these names as its mappers.
import type { Connection } from '@ordergraph/subgraph-server';
import type { ApiKey as ApiKeyEntity } from '../entities/api-key.entity.ts';
import type { Role as RoleEntity } from '../entities/role.entity.ts';
import type { StaffMember as StaffMemberEntity } from '../entities/staff-member.entity.ts';
import type { MerchantRow } from './merchant-rows.ts';

export type ApiKey = ApiKeyEntity;
export type ApiKeyConnection = Connection<ApiKey>;
export type Merchant = MerchantRow;
export type MerchantConnection = Connection<Merchant>;
export type Role = RoleEntity;
export type StaffMember = StaffMemberEntity;
export type StaffMemberConnection = Connection<StaffMember>;

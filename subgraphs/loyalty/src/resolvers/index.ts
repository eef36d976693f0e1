import { deadLetterResolvers } from '@ordergraph/subgraph-server';
import {
  LoyaltyAccount,
  loyaltyAccount,
  loyaltyAccounts,
  loyaltyPointsAdjust,
  LoyaltyRedemption,
  LoyaltyTransaction,
} from './account.ts';
import { Cart, Customer, Order, OrderLoyalty, ProductVariant } from './contributions.ts';
import { loyaltyBalanceUpdated } from './loyalty-balance-updated.ts';
import {
  EarningRule,
  earningRules,
  earningRuleUpsert,
  LoyaltyProgram,
  loyaltyProgram,
  loyaltyProgramUpdate,
  LoyaltyTier,
  loyaltyTiersSet,
} from './program.ts';

const deadLetters = deadLetterResolvers('loyalty', 'loyalty');

/** The resolver map of loyalty. */
export const resolvers = {
  Query: { loyaltyProgram, loyaltyAccount, loyaltyAccounts, earningRules, ...deadLetters.queries },
  Mutation: {
    loyaltyProgramUpdate,
    loyaltyPointsAdjust,
    earningRuleUpsert,
    loyaltyTiersSet,
    ...deadLetters.mutations,
  },
  Subscription: { loyaltyBalanceUpdated },
  LoyaltyProgram,
  LoyaltyTier,
  LoyaltyAccount,
  LoyaltyTransaction,
  LoyaltyRedemption,
  EarningRule,
  OrderLoyalty,
  Customer,
  Order,
  Cart,
  ProductVariant,
};

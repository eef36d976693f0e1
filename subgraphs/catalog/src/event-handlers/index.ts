import type { EventHandlers } from '@ordergraph/events';
import { keepCurrencies } from '../commands/keep-currencies.ts';

/** All that catalog listens to: which currencies a price may have. */
export const handlers: EventHandlers = {
  MerchantCreated: (tx, { currencyCodes }) => keepCurrencies(tx, currencyCodes),
  MerchantUpdated: (tx, { currencyCodes }) => keepCurrencies(tx, currencyCodes),
};

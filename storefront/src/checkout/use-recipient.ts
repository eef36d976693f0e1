import type { CartPageFragment, MailingAddressInput } from '../../generated/operations.ts';
import { useShopper } from '../session/session-context.ts';
import { useDraft, type Draft } from '../session/use-draft.ts';
import { emptyAddress } from './address-fields.tsx';

/** Whom it goes to. */
export interface Recipient {
  readonly email: string;
  readonly address: MailingAddressInput;
}

/** The recipient as it is being filled in: at first the one of the cart, or else the customer's. */
export function useRecipient(cart: CartPageFragment): Draft<Recipient> {
  const { customer, merchant } = useShopper();
  return useDraft<Recipient>(`recipient of ${cart.id}`, () => ({
    email: cart.email ?? customer?.email ?? '',
    address:
      withoutTypename(cart.shippingAddress) ??
      withoutTypename(customer?.addresses[0]) ??
      emptyAddress(merchant?.countryCode ?? 'DE'),
  }));
}

/** Answers carry the name of their type, which inputs do not take. */
function withoutTypename(
  address: (MailingAddressInput & { __typename?: string }) | null | undefined,
): MailingAddressInput | null {
  if (!address) return null;
  const { __typename: _name, ...rest } = address;
  return rest;
}

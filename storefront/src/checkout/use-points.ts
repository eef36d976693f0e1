import { useQuery } from '@apollo/client/react';
import { useEffect, useRef, useState } from 'react';
import {
  StorefrontCartPointsDocument,
  StorefrontPointsDocument,
  type CartPageFragment,
} from '../../generated/operations.ts';
import { useQuestion } from '../live/use-question.ts';
import { minus, times, type Money } from '../money.ts';
import { pointsPage } from '../points/live-points.tsx';
import { useShopper } from '../session/session-context.ts';
import { wholeUnits } from './whole-units.ts';

/** Points that may pay a part of a cart. */
export interface Points {
  readonly name: string;
  readonly unit: number;
  /** At most so many, in whole units. */
  readonly most: number;
  readonly chosen: number;
  readonly worth: Money;
  readonly toEarn: number;
  /** Checkout has set them aside; until it is left, they stay as they are. */
  readonly isHeld: boolean;
  choose(points: number): void;
}

/**
 * The points of a customer at checkout; null where there are none, or no programme. `due` is what is left to pay. What was
 * chosen outlives a checkout that is left, and a page that is loaded again while checkout holds it.
 */
export function usePoints(cart: CartPageFragment): { points: Points | null; due: Money; isLoading: boolean } {
  const { token } = useShopper();
  const isHeld = cart.status !== 'ACTIVE';
  const [asked, setAsked] = useState(cart.redeemedPoints);
  const skip = !token.isCustomer;
  const variables = skip ? null : { cartId: cart.id };
  const { data, error, ask } = useQuestion(StorefrontCartPointsDocument, { variables });
  const latestAsk = useRef(ask);
  latestAsk.current = ask;
  // Kept live by the header, also by what other windows spend.
  const account = useQuery(StorefrontPointsDocument, { variables: pointsPage, fetchPolicy: 'cache-only', skip });
  const available = account.data?.me?.loyaltyAccount?.balance.available;
  useEffect(() => {
    if (!skip) latestAsk.current();
  }, [skip, cart.version, cart.status, available]);
  useEffect(() => {
    if (cart.redeemedPoints > 0) setAsked(cart.redeemedPoints);
  }, [cart.redeemedPoints]);

  const { grandTotal } = cart.totals;
  const quote = data?.cart?.loyaltyQuote;
  const program = data?.loyaltyProgram;
  // Nobody may be charged for points that were dropped because they were not known yet.
  const isUnknown = !skip && (data === undefined || error !== undefined);
  if (!quote || !program) return { points: null, due: grandTotal, isLoading: isUnknown && asked > 0 };
  const unit = Math.max(1, program.redemptionUnit);
  const most = wholeUnits(quote.redeemablePoints, quote.redeemablePoints, unit);
  const chosen = isHeld ? cart.redeemedPoints : wholeUnits(asked, most, unit);
  const worth = times(program.pointValue, chosen);
  const points = {
    name: program.pointsName,
    unit,
    most,
    chosen,
    worth,
    toEarn: quote.pointsToEarn ?? 0,
    isHeld,
    choose: setAsked,
  };
  // Once checkout holds the points, the cart's own total is less by them.
  return { points, due: isHeld ? grandTotal : minus(grandTotal, worth), isLoading: false };
}

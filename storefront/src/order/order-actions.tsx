import { useMutation } from '@apollo/client/react';
import { useRef, useState } from 'react';
import { StorefrontOrderCancelDocument, type OrderPageFragment } from '../../generated/operations.ts';
import { newKey } from '../new-key.ts';
import { Notice } from '../parts/states.tsx';
import { useDraft } from '../session/use-draft.ts';
import { wordsOf } from '../words.ts';
import { emptyReturn, ReturnForm } from './return-form.tsx';

const unreachable = 'The shop could not be reached. Try again in a moment.';

/** Puts the focus on what has just appeared in place of what had it. */
const takeFocus = (element: HTMLElement | null): void => element?.focus();

/** What the customer may do with the order now, as the server says. */
export function OrderActions({ order, onChanged }: { order: OrderPageFragment; onChanged: () => void }) {
  const [cancel, { loading }] = useMutation(StorefrontOrderCancelDocument);
  const [isAsking, setIsAsking] = useState(false);
  const [hasKept, setHasKept] = useState(false);
  const returning = useDraft(`return of ${order.id}`, () => emptyReturn);
  const [isReturning, setIsReturning] = useState(returning.wasKept);
  // One that is there from the start, because it was being filled in before, takes no focus.
  const [hasOpened, setHasOpened] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const [said, setSaid] = useState<string | null>(null);
  const canCancel = order.availableActions.includes('CANCEL');
  const canReturn = order.availableActions.includes('REQUEST_RETURN');
  if (!canCancel && !canReturn && order.returns.length === 0) return null;

  async function cancelIt(): Promise<void> {
    setIsAsking(false);
    // All of this goes once the order is cancelled; the heading of the page stays.
    document.querySelector<HTMLElement>('h1')?.focus();
    try {
      const input = { orderId: order.id, reason: 'CUSTOMER' as const, idempotencyKey: newKey() };
      const { data } = await cancel({ variables: { input } });
      setSaid(data ? (data.orderCancel.userErrors[0]?.message ?? null) : unreachable);
      onChanged();
    } catch {
      setSaid(unreachable);
    }
  }

  return (
    <section className="card" aria-labelledby="order-actions">
      <h2 ref={heading} tabIndex={-1} id="order-actions">
        Changed your mind?
      </h2>
      {said && <Notice tone="bad">{said}</Notice>}
      {order.returns.length > 0 && (
        <ul className="facts">
          {order.returns.map(({ id, status, lines }) => (
            <li key={id}>
              <span>
                Return of {lines.reduce((sum, { quantity }) => sum + quantity, 0)}
                <small>{wordsOf(status)}</small>
              </span>
            </li>
          ))}
        </ul>
      )}
      <p className="button-row">
        {canCancel && !isAsking && (
          <button
            ref={hasKept ? takeFocus : undefined}
            type="button"
            className="button quiet"
            disabled={loading}
            onClick={() => setIsAsking(true)}
          >
            {loading ? 'One moment …' : 'Cancel the order'}
          </button>
        )}
        {canReturn && !isReturning && (
          <button
            type="button"
            className="button quiet"
            onClick={() => {
              setIsReturning(true);
              setHasOpened(true);
            }}
          >
            Send something back
          </button>
        )}
      </p>
      {isAsking && (
        <div ref={takeFocus} tabIndex={-1} className="asking" role="group" aria-label="Cancel the order?">
          <p>Cancel the whole order? What you have paid is paid back.</p>
          <p className="button-row">
            <button type="button" className="button bad" onClick={() => void cancelIt()}>
              Yes, cancel it
            </button>
            <button
              type="button"
              className="button quiet"
              onClick={() => {
                setIsAsking(false);
                setHasKept(true);
              }}
            >
              Keep it
            </button>
          </p>
        </div>
      )}
      {isReturning && canReturn && (
        <ReturnForm
          takesFocus={hasOpened}
          order={order}
          draft={returning}
          onDone={() => {
            returning.change(emptyReturn);
            returning.done();
            setIsReturning(false);
            heading.current?.focus();
            onChanged();
          }}
        />
      )}
    </section>
  );
}

import { useMutation } from '@apollo/client/react';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import {
  StorefrontReturnRequestDocument,
  type OrderPageFragment,
  type ReturnReason,
} from '../../generated/operations.ts';
import { newKey } from '../new-key.ts';
import { QuantityField } from '../parts/quantity-field.tsx';
import { Notice } from '../parts/states.tsx';
import type { Draft } from '../session/use-draft.ts';

const reasons: readonly [ReturnReason, string][] = [
  ['UNWANTED', 'I changed my mind'],
  ['NOT_AS_DESCRIBED', 'It is not as described'],
  ['DEFECTIVE', 'It does not work'],
  ['DAMAGED_IN_TRANSIT', 'It came damaged'],
  ['WRONG_ITEM', 'It is the wrong thing'],
  ['OTHER', 'Something else'],
];

/** What comes back, by order line, and why. */
export interface ReturnDraft {
  readonly quantities: Readonly<Record<string, number>>;
  readonly reason: ReturnReason;
}

/** Before anything is filled in. */
export const emptyReturn: ReturnDraft = { quantities: {}, reason: 'UNWANTED' };

/** Announces what comes back, and why. */
export function ReturnForm(props: {
  order: OrderPageFragment;
  draft: Draft<ReturnDraft>;
  takesFocus: boolean;
  onDone: () => void;
}) {
  const { order, draft, takesFocus, onDone } = props;
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (takesFocus) form.current?.focus();
  }, []);
  const [request, { loading }] = useMutation(StorefrontReturnRequestDocument);
  const { quantities, reason } = draft.value;
  const [refusal, setRefusal] = useState<string | null>(null);
  const key = useRef(newKey());
  // What was filled in earlier may be more than can come back by now.
  const lines = order.lines
    .map(({ id, returnableQuantity }) => ({ id, quantity: Math.min(quantities[id] ?? 0, returnableQuantity) }))
    .filter(({ quantity }) => quantity > 0)
    .map(({ id, quantity }) => ({ orderLineId: id, quantity, reason }));

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    try {
      const { data } = await request({
        variables: { input: { orderId: order.id, lines, idempotencyKey: key.current } },
      });
      if (data?.returnRequest.return) return onDone();
      // Answered: what is sent next is another request.
      if (data) key.current = newKey();
      setRefusal(data?.returnRequest.userErrors[0]?.message ?? 'The shop could not be reached. Try again in a moment.');
    } catch {
      setRefusal('The shop could not be reached. Try again in a moment.');
    }
  }

  return (
    <form
      ref={form}
      tabIndex={-1}
      aria-label="What comes back"
      onSubmit={(event) => void send(event)}
      className="return-form"
    >
      <ul className="facts">
        {order.lines
          .filter(({ returnableQuantity }) => returnableQuantity > 0)
          .map(({ id, title, returnableQuantity }) => (
            <li key={id}>
              <span>{title}</span>
              <QuantityField
                label={`How many of ${title} come back`}
                least={0}
                most={returnableQuantity}
                value={Math.min(quantities[id] ?? 0, returnableQuantity)}
                onChange={(value) => draft.change({ reason, quantities: { ...quantities, [id]: value } })}
              />
            </li>
          ))}
      </ul>
      <label className="field">
        <span>Why</span>
        <select
          value={reason}
          onChange={({ target }) =>
            draft.change({ quantities, reason: reasons.find(([code]) => code === target.value)?.[0] ?? 'OTHER' })
          }
        >
          {reasons.map(([code, words]) => (
            <option key={code} value={code}>
              {words}
            </option>
          ))}
        </select>
      </label>
      {refusal && <Notice tone="bad">{refusal}</Notice>}
      <button type="submit" className="button" disabled={loading || lines.length === 0}>
        Announce the return
      </button>
    </form>
  );
}

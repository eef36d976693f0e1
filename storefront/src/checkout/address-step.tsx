import { useEffect, useRef, useState, type FormEvent } from 'react';
import type { CartPageFragment, MailingAddressInput } from '../../generated/operations.ts';
import type { Draft } from '../session/use-draft.ts';
import { AddressFields, isComplete } from './address-fields.tsx';
import { isEmail } from './email.ts';
import type { Recipient } from './use-recipient.ts';

/** Where to: a form, or what was said in it. */
export function AddressStep(props: {
  cart: CartPageFragment;
  recipient: Draft<Recipient>;
  isEditing: boolean;
  isSaving: boolean;
  onEdit: () => void;
  onSave: (email: string, address: MailingAddressInput) => void;
}) {
  const { cart, recipient, isEditing, isSaving, onEdit, onSave } = props;
  const { email, address } = recipient.value;
  const [fault, setFault] = useState<'email' | 'address' | null>(null);
  const step = useRef<HTMLElement>(null);
  const wasEditing = useRef(isEditing);
  useEffect(() => {
    if (wasEditing.current === isEditing) return;
    wasEditing.current = isEditing;
    // What had the focus is gone. It goes on with what took its place.
    step.current?.querySelector<HTMLElement>(isEditing ? 'input' : 'button')?.focus();
  }, [isEditing]);

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (isSaving) return;
    const found = !isEmail(email) ? 'email' : !isComplete(address) ? 'address' : null;
    setFault(found);
    if (found === 'email') step.current?.querySelector<HTMLElement>('input[name=email]')?.focus();
    if (found === null) onSave(email.trim(), address);
  }

  return (
    <section ref={step} className="card step" aria-labelledby="step-address">
      <h2 id="step-address">
        <span className="step-number">1</span> Where to
      </h2>
      {isEditing ? (
        <form onSubmit={submit}>
          <AddressFields
            email={email}
            address={address}
            emailFault={fault === 'email' ? 'That is no email address. It looks like name@example.com.' : null}
            onEmail={(next) => recipient.change({ email: next, address })}
            onAddress={(next) => recipient.change({ email, address: next })}
          />
          {fault === 'address' && (
            <p className="fault" role="alert">
              Something is missing in the address.
            </p>
          )}
          <button type="submit" className="button" aria-disabled={isSaving}>
            {isSaving ? 'One moment …' : 'Use this address'}
          </button>
        </form>
      ) : (
        <div className="address-shown">
          <p>
            {cart.shippingAddress?.name}
            <br />
            {cart.shippingAddress?.line1}
            <br />
            {cart.shippingAddress?.postalCode} {cart.shippingAddress?.city}, {cart.shippingAddress?.countryCode}
            <br />
            <span className="soft">{cart.email}</span>
          </p>
          <button type="button" className="link-button" onClick={onEdit}>
            Change<span className="visually-hidden"> address</span>
          </button>
        </div>
      )}
    </section>
  );
}

import { useEffect, useRef, useState, type FormEvent } from 'react';
import type { CartPageFragment, MailingAddressInput } from '../../generated/operations.ts';
import { useShopper } from '../session/session-context.ts';
import { AddressFields, emptyAddress, isComplete } from './address-fields.tsx';
import { isEmail } from './email.ts';

/** Where to: a form, or what was said in it. */
export function AddressStep(props: {
  cart: CartPageFragment;
  isEditing: boolean;
  isSaving: boolean;
  onEdit: () => void;
  onSave: (email: string, address: MailingAddressInput) => void;
}) {
  const { cart, isEditing, isSaving, onEdit, onSave } = props;
  const { customer, merchant } = useShopper();
  const [email, setEmail] = useState(cart.email ?? customer?.email ?? '');
  const [address, setAddress] = useState<MailingAddressInput>(
    () =>
      withoutTypename(cart.shippingAddress) ??
      withoutTypename(customer?.addresses[0]) ??
      emptyAddress(merchant?.countryCode ?? 'DE'),
  );
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
            onEmail={setEmail}
            onAddress={setAddress}
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

/** Answers carry the name of their type, which inputs do not take. */
function withoutTypename(
  address: (MailingAddressInput & { __typename?: string }) | null | undefined,
): MailingAddressInput | null {
  if (!address) return null;
  const { __typename: _name, ...rest } = address;
  return rest;
}

import { useId } from 'react';
import type { MailingAddressInput } from '../../generated/operations.ts';

const countries = ['AT', 'BE', 'CH', 'DE', 'DK', 'ES', 'FR', 'GB', 'IT', 'JP', 'NL', 'NO', 'PL', 'SE', 'US'];
const countryNames = new Intl.DisplayNames(undefined, { type: 'region' });

export const emptyAddress = (countryCode: string): MailingAddressInput => ({
  name: '',
  line1: '',
  city: '',
  postalCode: '',
  countryCode,
});

/** Whether all is there that a carrier needs; the server checks it again. */
export const isComplete = ({ name, line1, city, postalCode }: MailingAddressInput): boolean =>
  [name, line1, city, postalCode].every((text) => (text ?? '').trim() !== '');

/** Name, street and place, filled in by the browser where it can. */
export function AddressFields(props: {
  email: string;
  address: MailingAddressInput;
  /** What is wrong with the email; null for nothing. */
  emailFault: string | null;
  onEmail: (email: string) => void;
  onAddress: (address: MailingAddressInput) => void;
}) {
  const { email, address, emailFault, onEmail, onAddress } = props;
  const faultId = useId();
  const field = (
    label: string,
    name: 'name' | 'line1' | 'line2' | 'postalCode' | 'city',
    autoComplete: string,
    isRequired = true,
  ) => (
    <label className={`field ${name}`}>
      <span>
        {label}
        {!isRequired && <small> (optional)</small>}
      </span>
      <input
        name={name}
        autoComplete={autoComplete}
        required={isRequired}
        maxLength={200}
        value={address[name] ?? ''}
        onChange={({ target }) => onAddress({ ...address, [name]: target.value || null })}
      />
    </label>
  );
  return (
    <div className="fields">
      <label className="field email">
        <span>Email</span>
        <input
          name="email"
          type="email"
          autoComplete="email"
          required
          maxLength={254}
          value={email}
          aria-invalid={emailFault !== null}
          aria-describedby={emailFault === null ? undefined : faultId}
          onChange={({ target }) => onEmail(target.value)}
        />
        {emailFault !== null && (
          <span id={faultId} className="fault" role="alert">
            {emailFault}
          </span>
        )}
      </label>
      {field('Name', 'name', 'name')}
      {field('Street and number', 'line1', 'address-line1')}
      {field('Addition', 'line2', 'address-line2', false)}
      {field('Postal code', 'postalCode', 'postal-code')}
      {field('City', 'city', 'address-level2')}
      <label className="field country">
        <span>Country</span>
        <select
          name="country"
          autoComplete="country"
          value={address.countryCode}
          onChange={({ target }) => onAddress({ ...address, countryCode: target.value })}
        >
          {[...new Set([address.countryCode, ...countries])].map((code) => (
            <option key={code} value={code}>
              {countryNames.of(code) ?? code}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

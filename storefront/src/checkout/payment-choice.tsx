/** Cards of the sandbox, each of which does one thing every time; no real money moves. */
export const testCards = [
  { token: 'tok_visa', title: 'Visa •••• 4242', says: 'is accepted' },
  { token: 'tok_mastercard', title: 'Mastercard •••• 4444', says: 'is accepted' },
  { token: 'tok_3ds_required', title: 'Visa •••• 3220', says: 'asks you to confirm (3-D Secure)' },
  { token: 'tok_chargeDeclined', title: 'Visa •••• 0002', says: 'is declined' },
  { token: 'tok_insufficient_funds', title: 'Visa •••• 9995', says: 'has not enough money' },
] as const;

export type TestCard = (typeof testCards)[number]['token'];

/** Which card to pay with. */
export const PaymentChoice = ({ chosen, onChoose }: { chosen: TestCard; onChoose: (token: TestCard) => void }) => (
  <fieldset className="options">
    <legend className="soft">Sandbox cards: no real money moves.</legend>
    {testCards.map(({ token, title, says }) => (
      <label key={token} className="option">
        <input type="radio" name="card" checked={token === chosen} onChange={() => onChoose(token)} />
        <span>{title}</span>
        <span className="soft">{says}</span>
      </label>
    ))}
  </fieldset>
);

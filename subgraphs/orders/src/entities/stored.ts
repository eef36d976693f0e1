/** A postal address as it is stored. */
export interface StoredAddress {
  readonly name: string | null;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly region: string | null;
  readonly postalCode: string | null;
  readonly countryCode: string;
  readonly phone: string | null;
}

/** Who acted, as it is stored. */
export interface StoredActor {
  readonly type: 'CUSTOMER' | 'STAFF' | 'APP' | 'SYSTEM' | 'CARRIER';
  readonly id: string | null;
}

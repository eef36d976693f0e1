/** What is wrong with an input, and where in it. Never says what was given: that is personal. */
export interface Problem {
  readonly field: readonly string[];
  readonly message: string;
}

/** An address as callers give it. */
export interface AddressFields {
  readonly name: string | null;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly region: string | null;
  readonly postalCode: string | null;
  readonly countryCode: string;
  readonly phone: string | null;
}

/** The part of a customer that rules look at; absent fields are not checked. */
export interface CustomerFields {
  readonly email?: string;
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly phone?: string | null;
  readonly addresses?: readonly AddressFields[];
  readonly groups?: readonly string[];
}

const maxAddresses = 50;
const maxGroups = 50;
const maxTextLength = 255;

/** The email as it is compared, within one merchant. */
export const emailKeyOf = (email: string): string => email.trim().normalize('NFC').toLowerCase();

// Deliberately loose: whether an address works is known only by writing to it.
const emailPattern = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const phonePattern = /^\+?[\d\s()./-]{3,40}$/;

function textProblem(text: string, max: number, field: readonly string[]): Problem[] {
  const isFine = text.trim().length > 0 && text.length <= max;
  return isFine ? [] : [{ field, message: `Expected 1 to ${max} characters that are not all blank.` }];
}

const optional = (text: string | null | undefined, field: readonly string[]): Problem[] =>
  text == null ? [] : textProblem(text, maxTextLength, field);

function phoneProblem(phone: string | null | undefined, field: readonly string[]): Problem[] {
  if (phone == null || phonePattern.test(phone)) return [];
  return [{ field, message: 'Expected a telephone number of 3 to 40 digits, blanks and "+().-/".' }];
}

function addressProblems(address: AddressFields, index: number): Problem[] {
  const path = ['addresses', String(index)];
  return [
    ...optional(address.name, [...path, 'name']),
    ...textProblem(address.line1, maxTextLength, [...path, 'line1']),
    ...optional(address.line2, [...path, 'line2']),
    ...textProblem(address.city, maxTextLength, [...path, 'city']),
    ...optional(address.region, [...path, 'region']),
    ...optional(address.postalCode, [...path, 'postalCode']),
    ...phoneProblem(address.phone, [...path, 'phone']),
  ];
}

/** Everything that is malformed in a customer's fields. */
export function customerProblems(customer: CustomerFields): Problem[] {
  const { email, addresses = [], groups = [] } = customer;
  const problems: Problem[] = [];
  if (email !== undefined && (email.length > 254 || !emailPattern.test(email.trim()))) {
    problems.push({ field: ['email'], message: 'Expected an email address such as "name@example.org".' });
  }
  problems.push(...optional(customer.firstName, ['firstName']), ...optional(customer.lastName, ['lastName']));
  problems.push(...phoneProblem(customer.phone, ['phone']));
  if (addresses.length > maxAddresses) {
    problems.push({
      field: ['addresses'],
      message: `Expected at most ${maxAddresses} addresses, got ${addresses.length}.`,
    });
  }
  if (groups.length > maxGroups) {
    problems.push({ field: ['groups'], message: `Expected at most ${maxGroups} groups, got ${groups.length}.` });
  }
  problems.push(...addresses.flatMap(addressProblems));
  problems.push(...groups.flatMap((group, index) => textProblem(group, 50, ['groups', String(index)])));
  return problems;
}

/** First and last name as one, or null when there is neither. */
export function fullName(customer: {
  readonly firstName?: string | null;
  readonly lastName?: string | null;
}): string | null {
  const name = [customer.firstName, customer.lastName]
    .filter((part) => part != null)
    .join(' ')
    .trim();
  return name === '' ? null : name;
}

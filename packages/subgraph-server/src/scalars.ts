import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';

function textScalar(name: string, expected: string, isValid: (text: string) => boolean): GraphQLScalarType {
  const read = (value: unknown): string => {
    if (typeof value === 'string' && isValid(value)) return value;
    throw new TypeError(`${name}: expected ${expected}, got ${JSON.stringify(value)}.`);
  };
  return new GraphQLScalarType({
    name,
    parseValue: read,
    parseLiteral: (node) => read(node.kind === Kind.STRING ? node.value : literalText(node)),
    serialize: (value) => read(value),
  });
}

/** What came instead of a string, for the message: `12.50` must not silently become `"12.50"`. */
const literalText = (node: ValueNode): unknown =>
  node.kind === Kind.INT || node.kind === Kind.FLOAT ? Number(node.value) : null;

const isInstant = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text));

const dateTime = textScalar('DateTime', 'an instant such as "2026-11-22T09:30:00.000Z"', isInstant);
// Entities hold Dates; the wire holds UTC with milliseconds.
dateTime.serialize = (value) => {
  if (value instanceof Date) return value.toISOString();
  return dateTime.parseValue(value);
};

function isUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:');
}

/** The scalars of `schema/shared.graphql`. */
export const scalars = {
  DateTime: dateTime,
  Decimal: textScalar('Decimal', 'an exact decimal as a string such as "19.90"', (text) =>
    /^-?(0|[1-9]\d{0,17})(\.\d{1,9})?$/.test(text),
  ),
  CurrencyCode: textScalar('CurrencyCode', 'an ISO 4217 code such as "EUR"', (text) => /^[A-Z]{3}$/.test(text)),
  CountryCode: textScalar('CountryCode', 'an ISO 3166-1 alpha-2 code such as "DE"', (text) => /^[A-Z]{2}$/.test(text)),
  LanguageCode: textScalar('LanguageCode', 'a BCP 47 tag such as "pt-BR"', (text) =>
    /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(text),
  ),
  URL: textScalar('URL', 'an absolute http or https URL', isUrl),
  JSON: new GraphQLScalarType({ name: 'JSON' }),
};

import { GraphQLError, GraphQLScalarType } from 'graphql';
import type { GraphQLSchema } from 'graphql';

/** A personal value under its data subject's key. */
interface Sealed {
  subject: string;
  keyId: string;
  ciphertext: string;
}

const patterns: Record<string, { pattern: RegExp; expected: string }> = {
  DateTime: {
    pattern: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/,
    expected: 'an instant in UTC with milliseconds, such as "2026-11-22T09:30:00.000Z"',
  },
  Decimal: { pattern: /^-?\d+(\.\d+)?$/, expected: 'a decimal number as a string, such as "19.90"' },
  CurrencyCode: { pattern: /^[A-Z]{3}$/, expected: 'an ISO 4217 code, such as "EUR"' },
  CountryCode: { pattern: /^[A-Z]{2}$/, expected: 'an ISO 3166-1 code, such as "DE"' },
  LanguageCode: { pattern: /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, expected: 'a language tag, such as "pt-BR"' },
};

function isSealed(value: unknown): value is Sealed {
  if (typeof value !== 'object' || value === null) return false;
  const fields = Object.entries(value);
  return (
    fields.length === 3 &&
    fields.every(([name, field]) => ['subject', 'keyId', 'ciphertext'].includes(name) && typeof field === 'string')
  );
}

function parseSealed(value: unknown): unknown {
  // The message leaves the value out: what came instead of a sealed value may be the plain one.
  if (!isSealed(value))
    throw new GraphQLError('Expected a sealed value: { subject, keyId, ciphertext }, and nothing else.');
  return value;
}

function parseByPattern(scalar: string): (value: unknown) => unknown {
  const rule = patterns[scalar];
  if (!rule) throw new Error(`Event scalar ${scalar} has no rule. Add one to event-scalars.ts.`);
  return (value) => {
    if (
      typeof value === 'string' &&
      rule.pattern.test(value) &&
      (scalar !== 'DateTime' || !Number.isNaN(Date.parse(value)))
    ) {
      return value;
    }
    throw new GraphQLError(`Expected ${rule.expected}; got ${JSON.stringify(value)}.`);
  };
}

/** Scalars of a schema built from SDL take anything; this gives each of them its rule. Values stay what they are: strings. */
export function attachScalarRules(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!(type instanceof GraphQLScalarType) || type.astNode == null) continue;
    if (type.name === 'JSON') continue;
    type.parseValue = type.name === 'Sealed' ? parseSealed : parseByPattern(type.name);
  }
}

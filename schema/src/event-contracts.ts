import {
  buildASTSchema,
  coerceInputValue,
  concatAST,
  getDirectiveValues,
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
  parse,
} from 'graphql';
import type { GraphQLInputObjectType, GraphQLInputType, GraphQLSchema } from 'graphql';
import { attachScalarRules } from './event-scalars.ts';
import { readContractFile, subgraphNames } from './subgraphs.ts';
import type { SubgraphName } from './subgraphs.ts';

/** What the contract says about one event or command. */
export interface EventContract {
  readonly name: string;
  /** The subgraph whose outbox it leaves. */
  readonly publisher: SubgraphName;
  readonly version: number;
  /** The payload's field that holds the aggregate id, which is also the ordering key. */
  readonly aggregateField: string;
  /** Set on a command: the subgraph that obeys it, which may not run yet. */
  readonly command?: { readonly to: string };
  /** `PERSONAL` when the payload may hold a sealed value. */
  readonly classification: 'INTERNAL' | 'PERSONAL';
}

/** All event contracts of the system, and the checks of payloads against them. */
export interface EventContracts {
  readonly names: readonly string[];
  /** Whether there is such an event or command. One from a newer version of its publisher may be unknown here. */
  has(name: string): boolean;
  /** Throws when there is no such event or command. */
  find(name: string): EventContract;
  /** Fills in defaults. Throws, naming each problem, when the payload is not exactly what the contract says. */
  writePayload(name: string, payload: unknown): Record<string, unknown>;
  /** Drops fields that are not known here, fills in defaults. Throws, naming each problem, when the rest does not fit. */
  readPayload(name: string, payload: unknown): Record<string, unknown>;
}

/** One text of event contracts, and who publishes what it holds. */
export interface EventContractFile {
  readonly publisher: SubgraphName | 'shared';
  readonly sdl: string;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function holdsSealed(type: GraphQLInputObjectType, seen = new Set<string>()): boolean {
  if (seen.has(type.name)) return false;
  seen.add(type.name);
  return Object.values(type.getFields()).some((field) => {
    const fieldType = getNamedType(field.type);
    return fieldType.name === 'Sealed' || (isInputObjectType(fieldType) && holdsSealed(fieldType, seen));
  });
}

function withoutUnknownFields(value: unknown, type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return withoutUnknownFields(value, type.ofType);
  if (isListType(type)) {
    return Array.isArray(value) ? value.map((item) => withoutUnknownFields(item, type.ofType)) : value;
  }
  if (!isInputObjectType(type) || !isRecord(value)) return value;
  const known = Object.entries(type.getFields()).filter(([name]) => value[name] !== undefined);
  return Object.fromEntries(known.map(([name, field]) => [name, withoutUnknownFields(value[name], field.type)]));
}

function coercePayload(type: GraphQLInputObjectType, payload: unknown): Record<string, unknown> {
  const problems: string[] = [];
  const coerced: unknown = coerceInputValue(payload, type, (path, _value, error) => {
    problems.push(`${path.length > 0 ? path.join('.') : 'payload'}: ${error.message}`);
  });
  if (problems.length > 0 || !isRecord(coerced)) {
    throw new Error(`Payload of ${type.name} does not fit its contract: ${problems.join(' ') || 'it is null.'}`);
  }
  return coerced;
}

function contractOf(schema: GraphQLSchema, publisher: SubgraphName, name: string): EventContract | undefined {
  const type = schema.getType(name);
  if (!isInputObjectType(type) || !type.astNode) return undefined;
  const classification = holdsSealed(type) ? 'PERSONAL' : 'INTERNAL';
  const eventDirective = schema.getDirective('event');
  const commandDirective = schema.getDirective('command');
  if (!eventDirective || !commandDirective) throw new Error('events/shared.graphql lacks @event or @command.');

  const event = getDirectiveValues(eventDirective, type.astNode);
  if (event) {
    return { name, publisher, version: Number(event.version), aggregateField: String(event.aggregate), classification };
  }
  const command = getDirectiveValues(commandDirective, type.astNode);
  if (command) {
    const to = String(command.to);
    return { name, publisher, version: 1, aggregateField: String(command.aggregate), command: { to }, classification };
  }
  return undefined;
}

/** The schema behind a set of contract files, for comparing and for generating types. */
export function buildEventSchema(files: readonly EventContractFile[]): GraphQLSchema {
  const schema = buildASTSchema(concatAST(files.map((file) => parse(file.sdl))));
  attachScalarRules(schema);
  return schema;
}

/** Builds the contracts that the files describe. */
export function buildEventContracts(files: readonly EventContractFile[]): EventContracts {
  const schema = buildEventSchema(files);
  const contracts = new Map<string, EventContract>();
  for (const { publisher, sdl } of files) {
    if (publisher === 'shared') continue;
    for (const definition of parse(sdl).definitions) {
      if (definition.kind !== 'InputObjectTypeDefinition') continue;
      const contract = contractOf(schema, publisher, definition.name.value);
      if (contract) contracts.set(contract.name, contract);
    }
  }

  function inputOf(name: string): GraphQLInputObjectType {
    const type = schema.getType(name);
    if (!contracts.has(name) || !isInputObjectType(type)) {
      throw new Error(`There is no event or command ${name}. Define it in schema/events/<publisher>.graphql.`);
    }
    return type;
  }

  return {
    names: [...contracts.keys()],
    has: (name) => contracts.has(name),
    find(name) {
      const contract = contracts.get(name);
      if (!contract)
        throw new Error(`There is no event or command ${name}. Define it in schema/events/<publisher>.graphql.`);
      return contract;
    },
    writePayload: (name, payload) => coercePayload(inputOf(name), payload),
    readPayload(name, payload) {
      const type = inputOf(name);
      return coercePayload(type, withoutUnknownFields(payload, type));
    },
  };
}

/** The committed contract files. */
export function eventContractFiles(): EventContractFile[] {
  return (['shared', ...subgraphNames] as const).map((publisher) => ({
    publisher,
    sdl: readContractFile(`events/${publisher}.graphql`),
  }));
}

/** All event contracts of the system, built once. */
export const eventContracts: EventContracts = buildEventContracts(eventContractFiles());

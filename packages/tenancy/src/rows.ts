import type { EntityClass, EntityMetadata, EntityProperty, SqlEntityManager } from '@mikro-orm/postgresql';
import { query, read, write } from './session.ts';

/** Columns that a row must have: one value, or one of several. */
export type Where<Entity> = { readonly [Column in keyof Entity]?: Entity[Column] | readonly Entity[Column][] };

/** How rows are read. */
export interface FindOptions<Entity> {
  /** Nobody else changes the rows until the transaction ends. `skip` leaves out those that somebody holds. */
  readonly lock?: 'wait' | 'skip';
  readonly orderBy?: { readonly [Column in keyof Entity]?: 'asc' | 'desc' };
  readonly limit?: number;
}

interface Column {
  readonly name: string;
  readonly property: string;
  fromDatabase(value: unknown): unknown;
  toDatabase(value: unknown): unknown;
}

interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly byProperty: ReadonlyMap<string, Column>;
  readonly keys: readonly Column[];
  readonly version: Column | undefined;
}

const tables = new WeakMap<object, Table>();
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function columnOf(em: SqlEntityManager, { name, fieldNames, customType, runtimeType }: EntityProperty): Column {
  const platform = em.getPlatform();
  const isDate = runtimeType === 'Date';
  return {
    name: quoted(fieldNames[0] ?? name),
    property: name,
    fromDatabase: (value) => {
      if (value === null || value === undefined) return null;
      // Driver and ORM agree that times arrive as text.
      if (isDate) return platform.parseDate(value as string);
      return customType ? customType.convertToJSValue(value, platform) : value;
    },
    toDatabase: (value) => {
      if (value === null || value === undefined) return null;
      return customType && !isDate ? customType.convertToDatabaseValue(value, platform) : value;
    },
  };
}

/** The table behind an entity, worked out once from what `defineEntity` was told. */
function tableOf<Entity extends object>(em: SqlEntityManager, entity: EntityClass<Entity>): Table {
  const known = tables.get(entity);
  if (known) return known;
  const meta: EntityMetadata<Entity> = em.getMetadata().get(entity);
  const columns = meta.props.map((property) => columnOf(em, property));
  const byProperty = new Map(columns.map((column) => [column.property, column]));
  const table: Table = {
    name: `${quoted(meta.schema ?? 'public')}.${quoted(meta.tableName)}`,
    columns,
    byProperty,
    keys: meta.primaryKeys.flatMap((key) => byProperty.get(key) ?? []),
    version: byProperty.get(meta.versionProperty),
  };
  tables.set(entity, table);
  return table;
}

function columnNamed(table: Table, property: string): Column {
  const column = table.byProperty.get(property);
  if (!column) throw new TypeError(`${table.name} has no column for ${property}.`);
  return column;
}

/**
 * Rows of an entity, as plain objects with its properties, by one prepared statement. Inside `transact` it runs in the
 * transaction, elsewhere by itself with the tenant of `em`. Faster than the ORM, which knows nothing of these
 * objects: changes are written by `updateRow`.
 */
export async function findRows<Entity extends object>(
  em: SqlEntityManager,
  entity: EntityClass<Entity>,
  where: Where<Entity>,
  options: FindOptions<Entity> = {},
): Promise<Entity[]> {
  const table = tableOf(em, entity);
  const parameters: unknown[] = [];
  const conditions = Object.entries(where).map(([property, value]) => {
    const column = columnNamed(table, property);
    if (value === null) return `${column.name} is null`;
    const isList = Array.isArray(value);
    parameters.push(isList ? value.map(column.toDatabase) : column.toDatabase(value));
    return isList ? `${column.name} = any($${parameters.length})` : `${column.name} = $${parameters.length}`;
  });
  const order = Object.entries(options.orderBy ?? {}).map(
    ([property, direction]) => `${columnNamed(table, property).name} ${direction === 'desc' ? 'desc' : 'asc'}`,
  );
  const statement = [
    `select ${table.columns.map(({ name }) => name).join(', ')} from ${table.name}`,
    ...(conditions.length > 0 ? [`where ${conditions.join(' and ')}`] : []),
    ...(order.length > 0 ? [`order by ${order.join(', ')}`] : []),
    ...(options.limit === undefined ? [] : [`limit ${Math.trunc(options.limit)}`]),
    ...(options.lock ? [`for update${options.lock === 'skip' ? ' skip locked' : ''}`] : []),
  ].join(' ');
  const rows = options.lock ? await query(em, statement, parameters) : await read(em, statement, parameters);
  // Each column of the entity is selected and converted as the entity declares it.
  return rows.map((row) => entityOf(table, row) as Entity);
}

function entityOf(table: Table, row: Record<string, unknown>): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const { name, property, fromDatabase } of table.columns) made[property] = fromDatabase(row[name.slice(1, -1)]);
  return made;
}

/** The one row that `where` names, or null. */
export async function findRow<Entity extends object>(
  em: SqlEntityManager,
  entity: EntityClass<Entity>,
  where: Where<Entity>,
  options: FindOptions<Entity> = {},
): Promise<Entity | null> {
  const [row] = await findRows(em, entity, where, { ...options, limit: 1 });
  return row ?? null;
}

/** Writes new rows of one shape with the transaction's next statement. What is left out gets the column's default. */
export function insertRows<Entity extends object>(
  em: SqlEntityManager,
  entity: EntityClass<Entity>,
  rows: readonly Partial<Entity>[],
): void {
  const [first] = rows;
  if (!first) return;
  const table = tableOf(em, entity);
  const given = Object.entries(first).flatMap(([property, value]) =>
    value === undefined ? [] : [columnNamed(table, property)],
  );
  // The ORM counts versions from 1.
  const columns = table.version && !given.includes(table.version) ? [...given, table.version] : given;
  const parameters: unknown[] = [];
  const tuples = rows.map((row) => {
    const places = columns.map((column) => {
      const value: unknown =
        column === table.version ? (Reflect.get(row, column.property) ?? 1) : Reflect.get(row, column.property);
      parameters.push(column.toDatabase(value));
      return `$${parameters.length}`;
    });
    return `(${places.join(', ')})`;
  });
  const names = columns.map(({ name }) => name).join(', ');
  write(em, `insert into ${table.name} (${names}) values ${tuples.join(', ')}`, parameters);
}

/**
 * Changes one row with the transaction's next statement, and the object that stands for it at once. The row is held:
 * found with `lock`, or made by this transaction. A version is counted on.
 */
export function updateRow<Entity extends object>(
  em: SqlEntityManager,
  entity: EntityClass<Entity>,
  row: Entity,
  changes: Partial<Entity>,
): void {
  const table = tableOf(em, entity);
  const changed: Record<string, unknown> = { ...changes };
  const { version } = table;
  if (version) changed[version.property] ??= Number(Reflect.get(row, version.property)) + 1;
  const parameters: unknown[] = [];
  const place = (column: Column, value: unknown): string => {
    parameters.push(column.toDatabase(value));
    return `${column.name} = $${parameters.length}`;
  };
  const sets = Object.entries(changed).map(([property, value]) => place(columnNamed(table, property), value));
  const keys = table.keys.map((column) => place(column, Reflect.get(row, column.property)));
  write(em, `update ${table.name} set ${sets.join(', ')} where ${keys.join(' and ')}`, parameters);
  Object.assign(row, changed);
}

import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { breakingContractChanges } from '../../scripts/check/contract-changes.ts';
import { breakingEventChanges } from '../../scripts/check/event-changes.ts';
import { clientOperations, operationProblems } from '../../scripts/check/client-operations.ts';
import type { ClientOperations } from '../../scripts/check/client-operations.ts';
import { derivedContracts } from '../../scripts/compose/derived-contracts.ts';
import { eventContractFiles, readContractFile } from '../src/index.ts';

const contract = readContractFile('contracts/partner.graphql');
const operations = clientOperations();

/** Replaces exactly one place, so that a test cannot pass because nothing was changed. */
function changed(text: string, before: string, after: string): string {
  expect(text.split(before)).toHaveLength(2);
  return text.replace(before, after);
}

function eventsWith(publisher: 'orders' | 'inventory', before: string, after: string) {
  return eventContractFiles().map((file) =>
    file.publisher === publisher ? { ...file, sdl: changed(file.sdl, before, after) } : file,
  );
}

test('the committed supergraph and contracts are what the subgraphs make of them', () => {
  for (const { name, text } of derivedContracts()) expect(readContractFile(name.replace('schema/', ''))).toBe(text);
});

test('the operations of every recorded client are valid in the contract of their audience', () => {
  const [storefront, partner, admin] = ['storefront', 'partner', 'admin'].map((audience) =>
    readContractFile(`contracts/${audience}.graphql`),
  );

  expect(operations.length).toBeGreaterThan(10);
  expect(
    operationProblems(operations, { storefront: storefront ?? '', partner: partner ?? '', admin: admin ?? '' }),
  ).toEqual([]);
});

test('an operation that asks for what its audience cannot see is refused with the name of its client', () => {
  const sagas: ClientOperations = {
    audience: 'partner',
    file: 'sagas.graphql',
    client: 'a curious partner',
    document: parse('query Sagas { order(number: "1") { sagas { id } } }'),
  };

  const [problem] = operationProblems([sagas], { storefront: contract, partner: contract, admin: contract });

  expect(problem).toMatch(
    /sagas\.graphql:1 does not fit the partner contract: .*"sagas".* would break a curious partner\./,
  );
});

describe('a contract of an audience', () => {
  const email = '  """Null after erasure."""\n  email: String\n\n';
  const next = '  """The number that the order has in the system it came from."""';
  const withoutEmail = changed(contract, `${email}${next}`, next);

  test('refuses to lose a field, and says who would break', () => {
    const problems = breakingContractChanges('partner', contract, withoutEmail, operations);

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(
      /^partner: Order\.email was removed\. It would break a partner's ERP connector.*\(PartnerOrderSync\)\./,
    );
  });

  test('says so when no recorded client uses what changes', () => {
    const problems = breakingContractChanges('partner', contract, withoutEmail, []);

    expect(problems[0]).toContain('No recorded client uses it');
  });

  test('refuses a new required input field, and finds the clients by their variables', () => {
    const stricter = changed(
      contract,
      'input InventoryAdjustInput {',
      'input InventoryAdjustInput {\n  approvedBy: ID!',
    );

    const [problem] = breakingContractChanges('partner', contract, stricter, operations);

    expect(problem).toMatch(/approvedBy.*a partner's warehouse system.*\(PartnerStockAdjust\)/);
  });

  test('counts only operations that reach the change, not all of a file', () => {
    const storefront = readContractFile('contracts/storefront.graphql');
    const withoutBrand = changed(storefront, '  brand: String\n', '');

    const [problem] = breakingContractChanges('storefront', storefront, withoutBrand, operations);

    expect(problem).toContain('from the cart to the thank-you page (StorefrontPaymentCreate);');
  });

  test('takes a break that was agreed on', () => {
    const accepted = '- partner: Order.email was removed. Read Customer.email instead.';

    expect(breakingContractChanges('partner', contract, withoutEmail, operations, accepted)).toEqual([]);
  });

  test('takes a new field', () => {
    const richer = changed(contract, 'type PageInfo {', 'type PageInfo {\n  size: Int');

    expect(breakingContractChanges('partner', contract, richer, operations)).toEqual([]);
  });
});

describe('an event contract', () => {
  const before = eventContractFiles();

  test('refuses to lose a field, and names the consumers', () => {
    const [problem] = breakingEventChanges(before, eventsWith('orders', '  sku: String!\n', ''));

    expect(problem).toMatch(/OrderCreatedLine\.sku was removed\. OrderCreated is consumed by notifications/);
  });

  test('refuses to make optional what its readers rely on', () => {
    const after = eventsWith('inventory', '  requested: Int!', '  requested: Int');

    const problems = breakingEventChanges(before, after);

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(
      /StockShortage\.requested became optional\. StockReservationFailed is consumed by orders/,
    );
  });

  test('refuses a new required field, and names who obeys the command', () => {
    const after = eventsWith(
      'orders',
      'input ReserveStock @command(to: "inventory", aggregate: "cartId") {',
      'input ReserveStock @command(to: "inventory", aggregate: "cartId") {\n  channel: String!',
    );

    expect(breakingEventChanges(before, after)[0]).toMatch(/channel.*ReserveStock is consumed by inventory/);
  });

  test('refuses another ordering key', () => {
    const after = eventsWith(
      'orders',
      'input AllocateStock @command(to: "inventory", aggregate: "cartId")',
      'input AllocateStock @command(to: "inventory", aggregate: "orderId")',
    );

    expect(breakingEventChanges(before, after)[0]).toContain('AllocateStock is ordered by orderId instead of cartId.');
  });

  test('takes a new optional field and a new event', () => {
    const after = eventsWith(
      'orders',
      'input ReserveStock @command(to: "inventory", aggregate: "cartId") {',
      'input OrderSeen @event(version: 1, aggregate: "orderId") {\n  orderId: ID!\n}\n\ninput ReserveStock @command(to: "inventory", aggregate: "cartId") {\n  channel: String',
    );

    expect(breakingEventChanges(before, after)).toEqual([]);
  });
});

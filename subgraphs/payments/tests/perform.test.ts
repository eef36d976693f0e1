import { expect, test } from 'vitest';
import { systemCause } from '@ordergraph/subgraph-server';
import type { ClaimedOperation } from '../src/operations/claim.ts';
import { perform } from '../src/operations/perform.ts';
import type { PaymentProvider, ProviderRecord } from '../src/provider/provider.ts';

const authorized = { outcome: 'succeeded', reference: 'ch_1', expiresAt: null } as const;
const charge = { reference: 'ch_1', isOpen: true, capturedMinor: 0n, refundedMinor: 0n };

/** A provider that only notes what it is asked, and knows of a key what `record` says. */
function notingProvider(record: ProviderRecord | null): { provider: PaymentProvider; asked: string[] } {
  const asked: string[] = [];
  const note = (verb: string) => async (call: { key: string }) => {
    asked.push(`${verb} ${call.key}`);
    return authorized;
  };
  const provider: PaymentProvider = {
    authorize: note('authorize'),
    capture: note('capture'),
    void: note('void'),
    refund: note('refund'),
    credit: note('credit'),
    get: async (call) => {
      asked.push(`get ${call.key}`);
      return record;
    },
  };
  return { provider, asked };
}

const operation = (over: Partial<ClaimedOperation>): ClaimedOperation => ({
  id: 'o',
  tenantId: 't',
  kind: 'AUTHORIZE',
  state: 'PENDING',
  paymentId: 'p',
  refundId: null,
  key: 'k',
  amountMinor: 100n,
  currencyCode: 'EUR',
  isFinal: true,
  methodToken: 'tok_visa',
  returnUrl: null,
  chargeKey: null,
  chargeReference: 'ch_1',
  cause: systemCause('t'),
  attempts: 1,
  leaseEpoch: 1,
  ...over,
});

const { signal } = new AbortController();

test.each(['AUTHORIZE', 'CAPTURE', 'REFUND', 'CREDIT'] as const)('%s is sent at once the first time', async (kind) => {
  const { provider, asked } = notingProvider(null);
  await perform(provider, operation({ kind }), signal);
  expect(asked).toEqual([`${kind.toLowerCase()} k`]);
});

test.each(['AUTHORIZE', 'CAPTURE', 'REFUND', 'CREDIT', 'VOID'] as const)(
  '%s is not sent again when the provider knows its key',
  async (kind) => {
    const { provider, asked } = notingProvider({ result: authorized, isReversed: false, charge });
    expect(await perform(provider, operation({ kind, attempts: 2 }), signal)).toMatchObject({ result: authorized });
    expect(asked).toEqual(['get k']);
  },
);

test('is sent again under the same key when the provider says that it never saw it', async () => {
  const { provider, asked } = notingProvider(null);
  await perform(provider, operation({ attempts: 3, state: 'UNKNOWN' }), signal);
  expect(asked).toEqual(['get k', 'authorize k']);
});

test('gives up only what the provider holds open', async () => {
  const open = notingProvider({ result: authorized, isReversed: false, charge });
  const closed = notingProvider({ result: authorized, isReversed: false, charge: { ...charge, isOpen: false } });
  const absent = notingProvider(null);
  for (const { provider } of [open, closed, absent]) {
    await perform(provider, operation({ kind: 'VOID', chargeKey: 'c' }), signal);
  }
  expect([open.asked, closed.asked, absent.asked]).toEqual([['get c', 'void k'], ['get c'], ['get c']]);
});

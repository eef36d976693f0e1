import { subgraphNames } from '@ordergraph/schema';
import { newId } from '@ordergraph/tenancy';
import type { Shop, ShopMerchant } from '../shop.ts';

interface Payload {
  readonly userErrors: readonly object[];
}

/** Runs a mutation that must succeed, and answers its payload. */
export async function change<Answer>(
  shop: Shop,
  token: string,
  field: string,
  input: Record<string, unknown>,
  selection: string,
): Promise<Answer> {
  const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${field}(input: $input) { ${selection} userErrors { code message field } } }`;
  const answer = await shop.ask<Record<string, Answer & Payload>>(token, query, { input });
  const payload = answer[field];
  if (!payload || payload.userErrors.length > 0) throw new Error(`${field}: ${JSON.stringify({ input, payload })}`);
  return payload;
}

/** Fills what staff set up: people, goods, places, words. */
export async function addSettings(shop: Shop, merchant: ShopMerchant, mark: string): Promise<void> {
  const send = <Answer>(field: string, input: Record<string, unknown>, selection: string): Promise<Answer> =>
    change<Answer>(shop, merchant.staff, field, input, selection);
  await send('merchantUpdate', { name: `${mark} shop` }, 'merchant { id }');
  const { role } = await send<{ role: { id: string } }>(
    'roleUpsert',
    { name: `${mark} role`, scopes: ['read_orders'] },
    'role { id }',
  );
  await send(
    'staffMemberInvite',
    {
      email: `${mark}-staff@example.com`,
      name: `${mark} clerk`,
      roleIds: [role.id],
      idempotencyKey: `${mark}-${newId()}`,
    },
    'staffMember { id }',
  );
  await send(
    'apiKeyCreate',
    { name: `${mark} key`, kind: 'SECRET', scopes: ['read_catalog'], idempotencyKey: `${mark}-${newId()}` },
    'apiKey { id }',
  );
  const { category } = await send<{ category: { id: string } }>(
    'categoryUpsert',
    { handle: `${mark}-category`, name: `${mark} category` },
    'category { id }',
  );
  await send(
    'productCreate',
    {
      handle: `${mark}-tea`,
      title: `${mark} tea`,
      description: mark,
      status: 'ACTIVE',
      categoryId: category.id,
      tags: [`${mark}-tag`],
      variants: [{ sku: `${mark}-TEA`, title: `${mark} tea`, basePrices: [{ amount: '3.00', currencyCode: 'EUR' }] }],
      idempotencyKey: `${mark}-${newId()}`,
    },
    'product { id }',
  );
  const address = { name: mark, line1: mark, city: mark, countryCode: 'DE' };
  const { location } = await send<{ location: { id: string } }>(
    'locationUpsert',
    { name: `${mark} hall`, address },
    'location { id }',
  );
  const [variantId] = Object.values(merchant.variantIds);
  await send(
    'inventoryAdjust',
    {
      changes: [{ variantId, locationId: location.id, delta: 5 }],
      reason: `${mark} delivery`,
      reference: mark,
      idempotencyKey: `${mark}-${newId()}`,
    },
    'inventoryLevels { id }',
  );
  await send(
    'inventoryOverrideSet',
    { variantId, locationId: location.id, quantity: 4, reason: `${mark} reason`, idempotencyKey: `${mark}-${newId()}` },
    'inventoryLevel { id }',
  );
  await send(
    'shippingMethodUpsert',
    {
      handle: `${mark}-bike`,
      title: `${mark} bike`,
      carrierCode: mark,
      price: { amount: '1.00', currencyCode: 'EUR' },
    },
    'shippingMethod { id }',
  );
  await send('loyaltyProgramUpdate', { name: `${mark} club`, pointsName: `${mark} points` }, 'loyaltyProgram { id }');
  const tiers = [0, 10_000].map((threshold) => ({
    name: `${mark} tier from ${threshold}`,
    threshold,
    benefits: [`${mark} benefit`],
  }));
  await send('loyaltyTiersSet', { tiers, idempotencyKey: `${mark}-${newId()}` }, 'loyaltyProgram { id }');
  await send(
    'earningRuleUpsert',
    { name: `${mark} rule`, points: 1, per: { amount: '1.00', currencyCode: 'EUR' }, categoryIds: [category.id] },
    'earningRule { id }',
  );
  await send(
    'notificationTemplateUpsert',
    { topic: 'REFUND_ISSUED', channel: 'EMAIL', languageCode: 'en', subject: `${mark} subject`, body: `${mark} body` },
    'notificationTemplate { id }',
  );
}

/** A message that each subgraph gave up on, as its parking keeps it. */
export async function addDeadLetters(
  tenantId: string,
  mark: string,
  run: (sql: string, values: unknown[]) => Promise<unknown>,
): Promise<void> {
  for (const name of subgraphNames) {
    const aggregateId = newId();
    const envelope = {
      id: newId(),
      tenantId,
      publisher: 'catalog',
      aggregateId,
      sequence: 1,
      type: 'ProductCreated',
      payload: { title: mark },
    };
    await run(
      `insert into "${name}"."parked_event" (id, tenant_id, publisher, aggregate_id, sequence, type, envelope, state, attempts, next_attempt_at, last_error)
       values ($1, $2, 'catalog', $3, 1, 'ProductCreated', $4, 'DEAD', 8, now(), $5)`,
      [newId(), tenantId, aggregateId, JSON.stringify(envelope), `${mark} error`],
    );
  }
}

import { Migration } from '@mikro-orm/migrations';

export class Migration20261122163647_initial extends Migration {
  override name = 'Migration20261122163647_initial';

  override up(): void | Promise<void> {
    this.addSql(`create schema if not exists "orders";`);
    this.addSql(
      `create table "orders"."cart" ("id" uuid not null, "tenant_id" uuid not null, "version" int not null, "status" text not null, "customer_id" uuid null, "created_by" jsonb not null, "email" text null, "currency_code" text not null, "lines" jsonb not null, "shipping_address" jsonb null, "billing_address" jsonb null, "shipping_handle" text null, "frozen" jsonb null, "problems" jsonb not null, "checkout_saga_id" uuid null, "checkout_expires_at" timestamptz(3) null, "order_id" uuid null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "cart_tenant_id_customer_id_index" on "orders"."cart" ("tenant_id", "customer_id");`);

    this.addSql(
      `create table "orders"."consumer_mark" ("tenant_id" uuid not null, "publisher" text not null, "aggregate_id" uuid not null, "sequence" int not null, primary key ("tenant_id", "publisher", "aggregate_id"));`,
    );

    this.addSql(
      `create table "orders"."idempotency_key" ("tenant_id" uuid not null, "actor" text not null, "operation" text not null, "key" text not null, "fingerprint" text not null, "outcome" jsonb null, "created_at" timestamptz not null default now(), primary key ("tenant_id", "actor", "operation", "key"));`,
    );

    this.addSql(
      `create table "orders"."inbox" ("tenant_id" uuid not null, "event_id" uuid not null, "publisher" text not null, "received_at" timestamptz not null default now(), primary key ("tenant_id", "event_id"));`,
    );

    this.addSql(
      `create table "orders"."merchant_copy" ("id" uuid not null, "tenant_id" uuid not null, "currency_codes" text[] not null, "taxes_included" boolean not null, "tax_rates" jsonb not null, "capture_policy" text not null, "return_window_days" int not null, "checkout_hold_seconds" int not null, primary key ("id"));`,
    );
    this.addSql(`create index "merchant_copy_tenant_id_index" on "orders"."merchant_copy" ("tenant_id");`);

    this.addSql(
      `create table "orders"."order" ("id" uuid not null, "tenant_id" uuid not null, "number" int not null, "version" int not null default 1, "status" text not null, "payment_status" text not null, "fulfillment_status" text not null, "return_status" text not null, "cart_id" uuid not null, "payment_id" uuid null, "customer_id" uuid null, "email" text null, "placed_by" jsonb not null, "currency_code" text not null, "taxes_included" boolean not null, "subtotal_minor" bigint not null, "shipping_minor" bigint not null, "shipping_tax_minor" bigint not null, "tax_minor" bigint not null, "loyalty_minor" bigint not null, "grand_total_minor" bigint not null, "captured_minor" bigint not null, "refunded_minor" bigint not null, "is_shipping_refunded" boolean not null, "is_authorization_open" boolean not null, "shipping_address" jsonb null, "billing_address" jsonb null, "shipping_handle" text null, "external_reference" text null, "failure" jsonb null, "cancel_reason" text null, "placed_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, "cancelled_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(
      `create index "order_tenant_id_placed_at_id_index" on "orders"."order" ("tenant_id", "placed_at", "id");`,
    );
    this.addSql(
      `create index "order_tenant_id_updated_at_id_index" on "orders"."order" ("tenant_id", "updated_at", "id");`,
    );
    this.addSql(
      `create index "order_tenant_id_grand_total_minor_id_index" on "orders"."order" ("tenant_id", "grand_total_minor", "id");`,
    );
    this.addSql(
      `create index "order_tenant_id_customer_id_placed_at_index" on "orders"."order" ("tenant_id", "customer_id", "placed_at");`,
    );
    this.addSql(`create index "order_tenant_id_email_index" on "orders"."order" ("tenant_id", "email");`);
    this.addSql(
      `create index "order_tenant_id_status_placed_at_index" on "orders"."order" ("tenant_id", "status", "placed_at");`,
    );
    this.addSql(`create index "order_tenant_id_cart_id_index" on "orders"."order" ("tenant_id", "cart_id");`);
    this.addSql(
      `create index "order_tenant_id_external_reference_index" on "orders"."order" ("tenant_id", "external_reference");`,
    );
    this.addSql(
      `alter table "orders"."order" add constraint "order_tenant_id_number_unique" unique ("tenant_id", "number");`,
    );

    this.addSql(
      `create table "orders"."order_counter" ("tenant_id" uuid not null, "last_number" int not null, primary key ("tenant_id"));`,
    );

    this.addSql(
      `create table "orders"."order_hold" ("id" uuid not null, "tenant_id" uuid not null, "order_id" uuid not null, "reason" text not null, "placed_by" jsonb not null, "placed_at" timestamptz(3) not null, "released_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(
      `create index "order_hold_tenant_id_order_id_index" on "orders"."order_hold" ("tenant_id", "order_id");`,
    );

    this.addSql(
      `create table "orders"."order_line" ("id" uuid not null, "tenant_id" uuid not null, "order_id" uuid not null, "position" int not null, "kind" text not null, "variant_id" uuid null, "product_id" uuid null, "sku" text not null, "title" text not null, "quantity" int not null, "unit_price" text not null, "currency_code" text not null, "total_minor" bigint not null, "tax_minor" bigint not null, "tax_lines" jsonb not null, "shipped_quantity" int not null, "returned_quantity" int not null, "refunded_quantity" int not null, primary key ("id"));`,
    );
    this.addSql(
      `create index "order_line_tenant_id_order_id_position_index" on "orders"."order_line" ("tenant_id", "order_id", "position");`,
    );
    this.addSql(`create index "order_line_tenant_id_sku_index" on "orders"."order_line" ("tenant_id", "sku");`);

    this.addSql(
      `create table "orders"."outbox" ("id" bigserial primary key, "event_id" uuid not null, "tenant_id" uuid not null, "aggregate_id" uuid not null, "sequence" int not null, "type" text not null, "version" int not null, "payload" jsonb not null, "occurred_at" timestamptz not null, "correlation_id" uuid not null, "causation_id" uuid null, "command_key" text null, "actor_type" text not null, "actor_id" uuid null, "traceparent" text null, "classification" text not null, "created_at" timestamptz not null default now(), "published_at" timestamptz null);`,
    );
    this.addSql(`create index "outbox_unpublished_index" on "orders"."outbox" ("id") where "published_at" is null;`);
    this.addSql(`alter table "orders"."outbox" add constraint "outbox_event_id_unique" unique ("event_id");`);
    this.addSql(
      `alter table "orders"."outbox" add constraint "outbox_tenant_id_aggregate_id_sequence_unique" unique ("tenant_id", "aggregate_id", "sequence");`,
    );

    this.addSql(
      `create table "orders"."outbox_sequence" ("tenant_id" uuid not null, "aggregate_id" uuid not null, "sequence" int not null, primary key ("tenant_id", "aggregate_id"));`,
    );

    this.addSql(
      `create table "orders"."parked_event" ("id" uuid not null, "tenant_id" uuid not null, "publisher" text not null, "aggregate_id" uuid not null, "sequence" int not null, "type" text not null, "envelope" jsonb not null, "state" text not null, "attempts" int not null, "next_attempt_at" timestamptz not null, "last_error" text null, "parked_at" timestamptz not null default now(), primary key ("id"));`,
    );
    this.addSql(
      `create index "parked_event_state_next_attempt_at_index" on "orders"."parked_event" ("state", "next_attempt_at");`,
    );
    this.addSql(
      `alter table "orders"."parked_event" add constraint "parked_event_tenant_id_publisher_aggregate_id_sequence_unique" unique ("tenant_id", "publisher", "aggregate_id", "sequence");`,
    );

    this.addSql(
      `create table "orders"."return" ("id" uuid not null, "tenant_id" uuid not null, "order_id" uuid not null, "status" text not null, "lines" jsonb not null, "refund_id" uuid null, "requested_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(`create index "return_tenant_id_order_id_index" on "orders"."return" ("tenant_id", "order_id");`);
    this.addSql(
      `create index "return_tenant_id_requested_at_id_index" on "orders"."return" ("tenant_id", "requested_at", "id");`,
    );

    this.addSql(
      `create table "orders"."saga" ("id" uuid not null, "tenant_id" uuid not null, "kind" text not null, "cart_id" uuid not null, "order_id" uuid null, "status" text not null, "deadline_at" timestamptz(3) null, "state" jsonb not null, "correlation_id" uuid not null, "started_at" timestamptz(3) not null, "finished_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`create index "saga_tenant_id_order_id_index" on "orders"."saga" ("tenant_id", "order_id");`);
    this.addSql(`create index "saga_tenant_id_cart_id_index" on "orders"."saga" ("tenant_id", "cart_id");`);
    this.addSql(
      `create index "saga_tenant_id_status_started_at_index" on "orders"."saga" ("tenant_id", "status", "started_at");`,
    );
    this.addSql(
      `create index "saga_deadline_index" on "orders"."saga" ("deadline_at") where "deadline_at" is not null;`,
    );

    this.addSql(
      `create table "orders"."shipping_method" ("id" uuid not null, "tenant_id" uuid not null, "handle" text not null, "title" text not null, "price_minor" bigint not null, "currency_code" text not null, "free_from_minor" bigint null, "country_codes" text[] not null, "carrier_code" text not null, "is_active" boolean not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "orders"."shipping_method" add constraint "shipping_method_tenant_id_handle_unique" unique ("tenant_id", "handle");`,
    );

    this.addSql(
      `create table "orders"."timeline_event" ("id" uuid not null, "tenant_id" uuid not null, "order_id" uuid not null, "sequence" int not null, "type" text not null, "message" text not null, "is_for_staff" boolean not null, "actor" jsonb not null, "occurred_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "orders"."timeline_event" add constraint "timeline_event_tenant_id_order_id_sequence_unique" unique ("tenant_id", "order_id", "sequence");`,
    );

    this.addSql(
      `create table "orders"."variant_copy" ("id" uuid not null, "tenant_id" uuid not null, "product_id" uuid not null, "sku" text not null, "title" text not null, "product_title" text not null, "product_status" text not null, "base_prices" jsonb not null, "tax_code" text not null, "requires_shipping" boolean not null, primary key ("id"));`,
    );
    this.addSql(
      `create index "variant_copy_tenant_id_product_id_index" on "orders"."variant_copy" ("tenant_id", "product_id");`,
    );

    this.addSql(`alter table "orders"."cart" enable row level security;`);
    this.addSql(`alter table "orders"."cart" force row level security;`);
    this.addSql(
      `create policy "tenant" on "orders"."cart" to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "orders"."cart" as restrictive to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "orders"."consumer_mark" enable row level security;`);
    this.addSql(`alter table "orders"."consumer_mark" force row level security;`);
    this.addSql(
      `create policy "tenant" on "orders"."consumer_mark" to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "orders"."consumer_mark" as restrictive to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "orders"."idempotency_key" enable row level security;`);
    this.addSql(`alter table "orders"."idempotency_key" force row level security;`);
    this.addSql(
      `create policy "tenant" on "orders"."idempotency_key" to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "orders"."idempotency_key" as restrictive to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "orders"."inbox" enable row level security;`);
    this.addSql(`alter table "orders"."inbox" force row level security;`);
    this.addSql(
      `create policy "tenant" on "orders"."inbox" to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "orders"."inbox" as restrictive to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "orders"."merchant_copy" enable row level security;`);
    this.addSql(`alter table "orders"."merchant_copy" force row level security;`);
    this.addSql(
      `create policy "tenant" on "orders"."merchant_copy" to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "orders"."merchant_copy" as restrictive to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "orders"."order" enable row level security;`);
    this.addSql(`alter table "orders"."order" force row level security;`);
    this.addSql(
      `create policy "tenant" on "orders"."order" to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "orders"."order" as restrictive to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "orders"."order_counter" enable row level security;`);
    this.addSql(`alter table "orders"."order_counter" force row level security;`);
    this.addSql(
      `create policy "tenant" on "orders"."order_counter" to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "orders"."order_counter" as restrictive to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "orders"."order_hold" enable row level security;`);
    this.addSql(`alter table "orders"."order_hold" force row level security;`);
    this.addSql(
      `create policy "tenant" on "orders"."order_hold" to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "orders"."order_hold" as restrictive to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "orders"."order_line" enable row level security;`);
    this.addSql(`alter table "orders"."order_line" force row level security;`);
    this.addSql(
      `create policy "tenant" on "orders"."order_line" to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "orders"."order_line" as restrictive to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "orders"."outbox" enable row level security;`);
    this.addSql(`alter table "orders"."outbox" force row level security;`);
    this.addSql(
      `create policy "tenant" on "orders"."outbox" to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "orders"."outbox" as restrictive to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(`create policy "relay_select" on "orders"."outbox" for select to "relay_orders" using (true);`);
    this.addSql(
      `create policy "relay_update" on "orders"."outbox" for update to "relay_orders" using (true) with check (true);`,
    );

    this.addSql(`alter table "orders"."outbox_sequence" enable row level security;`);
    this.addSql(`alter table "orders"."outbox_sequence" force row level security;`);
    this.addSql(
      `create policy "tenant" on "orders"."outbox_sequence" to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "orders"."outbox_sequence" as restrictive to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "orders"."parked_event" enable row level security;`);
    this.addSql(`alter table "orders"."parked_event" force row level security;`);
    this.addSql(
      `create policy "tenant" on "orders"."parked_event" to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "orders"."parked_event" as restrictive to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(`create policy "relay_select" on "orders"."parked_event" for select to "relay_orders" using (true);`);

    this.addSql(`alter table "orders"."return" enable row level security;`);
    this.addSql(`alter table "orders"."return" force row level security;`);
    this.addSql(
      `create policy "tenant" on "orders"."return" to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "orders"."return" as restrictive to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "orders"."saga" enable row level security;`);
    this.addSql(`alter table "orders"."saga" force row level security;`);
    this.addSql(
      `create policy "tenant" on "orders"."saga" to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "orders"."saga" as restrictive to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(`create policy "relay_select" on "orders"."saga" for select to "relay_orders" using (true);`);

    this.addSql(`alter table "orders"."shipping_method" enable row level security;`);
    this.addSql(`alter table "orders"."shipping_method" force row level security;`);
    this.addSql(
      `create policy "tenant" on "orders"."shipping_method" to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "orders"."shipping_method" as restrictive to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "orders"."timeline_event" enable row level security;`);
    this.addSql(`alter table "orders"."timeline_event" force row level security;`);
    this.addSql(
      `create policy "tenant" on "orders"."timeline_event" to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "orders"."timeline_event" as restrictive to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "orders"."variant_copy" enable row level security;`);
    this.addSql(`alter table "orders"."variant_copy" force row level security;`);
    this.addSql(
      `create policy "tenant" on "orders"."variant_copy" to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "orders"."variant_copy" as restrictive to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "orders"."cart" cascade;`);
    this.addSql(`drop table if exists "orders"."consumer_mark" cascade;`);
    this.addSql(`drop table if exists "orders"."idempotency_key" cascade;`);
    this.addSql(`drop table if exists "orders"."inbox" cascade;`);
    this.addSql(`drop table if exists "orders"."merchant_copy" cascade;`);
    this.addSql(`drop table if exists "orders"."order" cascade;`);
    this.addSql(`drop table if exists "orders"."order_counter" cascade;`);
    this.addSql(`drop table if exists "orders"."order_hold" cascade;`);
    this.addSql(`drop table if exists "orders"."order_line" cascade;`);
    this.addSql(`drop table if exists "orders"."outbox" cascade;`);
    this.addSql(`drop table if exists "orders"."outbox_sequence" cascade;`);
    this.addSql(`drop table if exists "orders"."parked_event" cascade;`);
    this.addSql(`drop table if exists "orders"."return" cascade;`);
    this.addSql(`drop table if exists "orders"."saga" cascade;`);
    this.addSql(`drop table if exists "orders"."shipping_method" cascade;`);
    this.addSql(`drop table if exists "orders"."timeline_event" cascade;`);
    this.addSql(`drop table if exists "orders"."variant_copy" cascade;`);

    this.addSql(`drop schema if exists "orders";`);
  }
}

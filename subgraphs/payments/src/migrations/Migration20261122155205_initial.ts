import { Migration } from '@mikro-orm/migrations';

export class Migration20261122155205_initial extends Migration {
  override name = 'Migration20261122155205_initial';

  override up(): void | Promise<void> {
    this.addSql(`create schema if not exists "payments";`);
    this.addSql(
      `create table "payments"."checkout_cart" ("id" uuid not null, "tenant_id" uuid not null, "cart_version" int not null, "customer_id" uuid null, "total_minor" bigint not null, "currency_code" text not null, "is_in_checkout" boolean not null, "expires_at" timestamptz(3) not null, primary key ("id"));`,
    );

    this.addSql(
      `create table "payments"."consumer_mark" ("tenant_id" uuid not null, "publisher" text not null, "aggregate_id" uuid not null, "sequence" int not null, primary key ("tenant_id", "publisher", "aggregate_id"));`,
    );

    this.addSql(
      `create table "payments"."idempotency_key" ("tenant_id" uuid not null, "actor" text not null, "operation" text not null, "key" text not null, "fingerprint" text not null, "outcome" jsonb null, "created_at" timestamptz not null default now(), primary key ("tenant_id", "actor", "operation", "key"));`,
    );

    this.addSql(
      `create table "payments"."inbox" ("tenant_id" uuid not null, "event_id" uuid not null, "publisher" text not null, "received_at" timestamptz not null default now(), primary key ("tenant_id", "event_id"));`,
    );

    this.addSql(
      `create table "payments"."journal" ("id" uuid not null, "tenant_id" uuid not null, "kind" text not null, "status" text not null, "key" text not null, "payment_id" uuid null, "refund_id" uuid null, "order_id" uuid null, "amount_minor" bigint not null, "currency_code" text not null, "gateway_reference" text null, "error_code" text null, "actor" jsonb not null, "occurred_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(
      `create index "journal_tenant_id_payment_id_id_index" on "payments"."journal" ("tenant_id", "payment_id", "id");`,
    );
    this.addSql(
      `create index "journal_tenant_id_refund_id_id_index" on "payments"."journal" ("tenant_id", "refund_id", "id");`,
    );
    this.addSql(
      `alter table "payments"."journal" add constraint "journal_tenant_id_key_unique" unique ("tenant_id", "key");`,
    );

    this.addSql(
      `create table "payments"."order_copy" ("id" uuid not null, "tenant_id" uuid not null, "cart_id" uuid not null, "customer_id" uuid null, "currency_code" text not null, "total_minor" bigint not null, primary key ("id"));`,
    );

    this.addSql(
      `create table "payments"."outbox" ("id" bigserial primary key, "event_id" uuid not null, "tenant_id" uuid not null, "aggregate_id" uuid not null, "sequence" int not null, "type" text not null, "version" int not null, "payload" jsonb not null, "occurred_at" timestamptz not null, "correlation_id" uuid not null, "causation_id" uuid null, "command_key" text null, "actor_type" text not null, "actor_id" uuid null, "traceparent" text null, "classification" text not null, "created_at" timestamptz not null default now(), "published_at" timestamptz null);`,
    );
    this.addSql(`create index "outbox_unpublished_index" on "payments"."outbox" ("id") where "published_at" is null;`);
    this.addSql(`alter table "payments"."outbox" add constraint "outbox_event_id_unique" unique ("event_id");`);
    this.addSql(
      `alter table "payments"."outbox" add constraint "outbox_tenant_id_aggregate_id_sequence_unique" unique ("tenant_id", "aggregate_id", "sequence");`,
    );

    this.addSql(
      `create table "payments"."outbox_sequence" ("tenant_id" uuid not null, "aggregate_id" uuid not null, "sequence" int not null, primary key ("tenant_id", "aggregate_id"));`,
    );

    this.addSql(
      `create table "payments"."parked_event" ("id" uuid not null, "tenant_id" uuid not null, "publisher" text not null, "aggregate_id" uuid not null, "sequence" int not null, "type" text not null, "envelope" jsonb not null, "state" text not null, "attempts" int not null, "next_attempt_at" timestamptz not null, "last_error" text null, "parked_at" timestamptz not null default now(), primary key ("id"));`,
    );
    this.addSql(
      `create index "parked_event_state_next_attempt_at_index" on "payments"."parked_event" ("state", "next_attempt_at");`,
    );
    this.addSql(
      `alter table "payments"."parked_event" add constraint "parked_event_tenant_id_publisher_aggregate_id_sequence_unique" unique ("tenant_id", "publisher", "aggregate_id", "sequence");`,
    );

    this.addSql(
      `create table "payments"."payment" ("id" uuid not null, "tenant_id" uuid not null, "cart_id" uuid not null, "order_id" uuid null, "customer_id" uuid null, "status" text not null, "gateway" text not null, "amount_minor" bigint not null, "currency_code" text not null, "authorized_minor" bigint not null, "captured_minor" bigint not null, "refunded_minor" bigint not null, "capturing_minor" bigint not null, "refunding_minor" bigint not null, "method_token" text not null, "method_brand" text null, "method_last4" text null, "next_action_url" text null, "return_url" text null, "charge_key" text null, "charge_reference" text null, "given_up_by" text null, "expires_at" timestamptz(3) null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(
      `create index "payment_tenant_id_created_at_id_index" on "payments"."payment" ("tenant_id", "created_at", "id");`,
    );
    this.addSql(`create index "payment_tenant_id_order_id_index" on "payments"."payment" ("tenant_id", "order_id");`);
    this.addSql(`create index "payment_tenant_id_cart_id_index" on "payments"."payment" ("tenant_id", "cart_id");`);
    this.addSql(
      `create index "payment_lapsing_index" on "payments"."payment" ("expires_at") where status in ('CREATED', 'AUTHORIZED');`,
    );

    this.addSql(
      `create table "payments"."posting" ("id" uuid not null, "tenant_id" uuid not null, "journal_id" uuid not null, "account" text not null, "currency_code" text not null, "amount_minor" bigint not null, primary key ("id"));`,
    );
    this.addSql(
      `create index "posting_tenant_id_journal_id_index" on "payments"."posting" ("tenant_id", "journal_id");`,
    );
    this.addSql(
      `create index "posting_tenant_id_account_currency_code_index" on "payments"."posting" ("tenant_id", "account", "currency_code");`,
    );

    this.addSql(
      `create table "payments"."provider_operation" ("id" uuid not null, "tenant_id" uuid not null, "kind" text not null, "state" text not null, "payment_id" uuid null, "order_id" uuid null, "refund_id" uuid null, "key" text not null, "amount_minor" bigint not null, "currency_code" text not null, "is_final" boolean not null, "method_token" text null, "return_url" text null, "charge_key" text null, "charge_reference" text null, "reason" text null, "deadline_at" timestamptz(3) null, "cause" jsonb not null, "command_key" text null, "answer" jsonb null, "reference" text null, "error_code" text null, "attempts" int not null, "next_attempt_at" timestamptz(3) not null, "lease_epoch" int not null, "leased_until" timestamptz(3) null, "created_at" timestamptz(3) not null, "finished_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(
      `create index "provider_operation_tenant_id_payment_id_id_index" on "payments"."provider_operation" ("tenant_id", "payment_id", "id");`,
    );
    this.addSql(
      `create index "provider_operation_tenant_id_refund_id_index" on "payments"."provider_operation" ("tenant_id", "refund_id");`,
    );
    this.addSql(
      `create index "provider_operation_due_index" on "payments"."provider_operation" ("next_attempt_at") where state in ('PENDING', 'UNKNOWN', 'AWAITING');`,
    );
    this.addSql(
      `alter table "payments"."provider_operation" add constraint "provider_operation_tenant_id_key_unique" unique ("tenant_id", "key");`,
    );
    this.addSql(
      `alter table "payments"."provider_operation" add constraint "provider_operation_tenant_id_command_key_unique" unique ("tenant_id", "command_key");`,
    );

    this.addSql(
      `create table "payments"."refund" ("id" uuid not null, "tenant_id" uuid not null, "kind" text not null, "payment_id" uuid null, "order_id" uuid null, "customer_id" uuid null, "status" text not null, "amount_minor" bigint not null, "currency_code" text not null, "reason" text not null, "error_code" text null, "requested_by" jsonb not null, "created_at" timestamptz(3) not null, "settled_at" timestamptz(3) null, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(
      `create index "refund_tenant_id_created_at_id_index" on "payments"."refund" ("tenant_id", "created_at", "id");`,
    );
    this.addSql(`create index "refund_tenant_id_order_id_index" on "payments"."refund" ("tenant_id", "order_id");`);
    this.addSql(
      `create index "refund_tenant_id_status_created_at_id_index" on "payments"."refund" ("tenant_id", "status", "created_at", "id");`,
    );

    this.addSql(
      `create table "payments"."sandbox_call" ("id" uuid not null, "tenant_id" uuid not null, "key" text not null, "kind" text not null, "charge_id" uuid null, "state" text not null, "amount_minor" bigint not null, "currency_code" text not null, "code" text null, "is_retryable" boolean not null, "is_reversed" boolean not null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "payments"."sandbox_call" add constraint "sandbox_call_tenant_id_key_unique" unique ("tenant_id", "key");`,
    );

    this.addSql(
      `create table "payments"."sandbox_charge" ("id" uuid not null, "tenant_id" uuid not null, "key" text not null, "method_token" text not null, "status" text not null, "amount_minor" bigint not null, "currency_code" text not null, "captured_minor" bigint not null, "refunded_minor" bigint not null, "is_closed" boolean not null, "decline_code" text null, "return_url" text null, "expires_at" timestamptz(3) not null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "payments"."sandbox_charge" add constraint "sandbox_charge_tenant_id_key_unique" unique ("tenant_id", "key");`,
    );

    this.addSql(
      `create table "payments"."sandbox_event" ("id" uuid not null, "tenant_id" uuid not null, "event_id" uuid not null, "type" text not null, "key" text not null, "decision" text null, "due_at" timestamptz(3) not null, "attempts" int not null, "delivered_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(
      `create index "sandbox_event_due_index" on "payments"."sandbox_event" ("due_at") where delivered_at is null;`,
    );

    this.addSql(
      `create table "payments"."webhook_event" ("id" uuid not null, "tenant_id" uuid not null, "gateway" text not null, "event_id" text not null, "type" text not null, "key" text not null, "received_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "payments"."webhook_event" add constraint "webhook_event_tenant_id_gateway_event_id_unique" unique ("tenant_id", "gateway", "event_id");`,
    );

    this.addSql(`alter table "payments"."checkout_cart" enable row level security;`);
    this.addSql(`alter table "payments"."checkout_cart" force row level security;`);
    this.addSql(
      `create policy "tenant" on "payments"."checkout_cart" to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "payments"."checkout_cart" as restrictive to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "payments"."consumer_mark" enable row level security;`);
    this.addSql(`alter table "payments"."consumer_mark" force row level security;`);
    this.addSql(
      `create policy "tenant" on "payments"."consumer_mark" to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "payments"."consumer_mark" as restrictive to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "payments"."idempotency_key" enable row level security;`);
    this.addSql(`alter table "payments"."idempotency_key" force row level security;`);
    this.addSql(
      `create policy "tenant" on "payments"."idempotency_key" to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "payments"."idempotency_key" as restrictive to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "payments"."inbox" enable row level security;`);
    this.addSql(`alter table "payments"."inbox" force row level security;`);
    this.addSql(
      `create policy "tenant" on "payments"."inbox" to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "payments"."inbox" as restrictive to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "payments"."journal" enable row level security;`);
    this.addSql(`alter table "payments"."journal" force row level security;`);
    this.addSql(
      `create policy "tenant" on "payments"."journal" to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "payments"."journal" as restrictive to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "payments"."order_copy" enable row level security;`);
    this.addSql(`alter table "payments"."order_copy" force row level security;`);
    this.addSql(
      `create policy "tenant" on "payments"."order_copy" to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "payments"."order_copy" as restrictive to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "payments"."outbox" enable row level security;`);
    this.addSql(`alter table "payments"."outbox" force row level security;`);
    this.addSql(
      `create policy "tenant" on "payments"."outbox" to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "payments"."outbox" as restrictive to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(`create policy "relay_select" on "payments"."outbox" for select to "relay_payments" using (true);`);
    this.addSql(
      `create policy "relay_update" on "payments"."outbox" for update to "relay_payments" using (true) with check (true);`,
    );

    this.addSql(`alter table "payments"."outbox_sequence" enable row level security;`);
    this.addSql(`alter table "payments"."outbox_sequence" force row level security;`);
    this.addSql(
      `create policy "tenant" on "payments"."outbox_sequence" to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "payments"."outbox_sequence" as restrictive to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "payments"."parked_event" enable row level security;`);
    this.addSql(`alter table "payments"."parked_event" force row level security;`);
    this.addSql(
      `create policy "tenant" on "payments"."parked_event" to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "payments"."parked_event" as restrictive to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "relay_select" on "payments"."parked_event" for select to "relay_payments" using (true);`,
    );

    this.addSql(
      `alter table "payments"."payment" add constraint "payment_captures_within_authorization" check (captured_minor >= 0 and capturing_minor >= 0 and captured_minor + capturing_minor <= authorized_minor);`,
    );
    this.addSql(
      `alter table "payments"."payment" add constraint "payment_refunds_within_captures" check (refunded_minor >= 0 and refunding_minor >= 0 and refunded_minor + refunding_minor <= captured_minor);`,
    );
    this.addSql(`alter table "payments"."payment" enable row level security;`);
    this.addSql(`alter table "payments"."payment" force row level security;`);
    this.addSql(
      `create policy "tenant" on "payments"."payment" to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "payments"."payment" as restrictive to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(`create policy "relay_select" on "payments"."payment" for select to "relay_payments" using (true);`);

    this.addSql(`alter table "payments"."posting" add constraint "posting_moves_something" check (amount_minor <> 0);`);
    this.addSql(`alter table "payments"."posting" enable row level security;`);
    this.addSql(`alter table "payments"."posting" force row level security;`);
    this.addSql(
      `create policy "tenant" on "payments"."posting" to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "payments"."posting" as restrictive to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "payments"."provider_operation" enable row level security;`);
    this.addSql(`alter table "payments"."provider_operation" force row level security;`);
    this.addSql(
      `create policy "tenant" on "payments"."provider_operation" to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "payments"."provider_operation" as restrictive to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "relay_select" on "payments"."provider_operation" for select to "relay_payments" using (true);`,
    );
    this.addSql(
      `create policy "relay_update" on "payments"."provider_operation" for update to "relay_payments" using (true) with check (true);`,
    );

    this.addSql(`alter table "payments"."refund" enable row level security;`);
    this.addSql(`alter table "payments"."refund" force row level security;`);
    this.addSql(
      `create policy "tenant" on "payments"."refund" to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "payments"."refund" as restrictive to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "payments"."sandbox_call" enable row level security;`);
    this.addSql(`alter table "payments"."sandbox_call" force row level security;`);
    this.addSql(
      `create policy "tenant" on "payments"."sandbox_call" to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "payments"."sandbox_call" as restrictive to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "payments"."sandbox_charge" enable row level security;`);
    this.addSql(`alter table "payments"."sandbox_charge" force row level security;`);
    this.addSql(
      `create policy "tenant" on "payments"."sandbox_charge" to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "payments"."sandbox_charge" as restrictive to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "payments"."sandbox_event" enable row level security;`);
    this.addSql(`alter table "payments"."sandbox_event" force row level security;`);
    this.addSql(
      `create policy "tenant" on "payments"."sandbox_event" to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "payments"."sandbox_event" as restrictive to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "relay_select" on "payments"."sandbox_event" for select to "relay_payments" using (true);`,
    );
    this.addSql(
      `create policy "relay_update" on "payments"."sandbox_event" for update to "relay_payments" using (true) with check (true);`,
    );

    this.addSql(`alter table "payments"."webhook_event" enable row level security;`);
    this.addSql(`alter table "payments"."webhook_event" force row level security;`);
    this.addSql(
      `create policy "tenant" on "payments"."webhook_event" to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "payments"."webhook_event" as restrictive to "app_payments" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "payments"."checkout_cart" cascade;`);
    this.addSql(`drop table if exists "payments"."consumer_mark" cascade;`);
    this.addSql(`drop table if exists "payments"."idempotency_key" cascade;`);
    this.addSql(`drop table if exists "payments"."inbox" cascade;`);
    this.addSql(`drop table if exists "payments"."journal" cascade;`);
    this.addSql(`drop table if exists "payments"."order_copy" cascade;`);
    this.addSql(`drop table if exists "payments"."outbox" cascade;`);
    this.addSql(`drop table if exists "payments"."outbox_sequence" cascade;`);
    this.addSql(`drop table if exists "payments"."parked_event" cascade;`);
    this.addSql(`drop table if exists "payments"."payment" cascade;`);
    this.addSql(`drop table if exists "payments"."posting" cascade;`);
    this.addSql(`drop table if exists "payments"."provider_operation" cascade;`);
    this.addSql(`drop table if exists "payments"."refund" cascade;`);
    this.addSql(`drop table if exists "payments"."sandbox_call" cascade;`);
    this.addSql(`drop table if exists "payments"."sandbox_charge" cascade;`);
    this.addSql(`drop table if exists "payments"."sandbox_event" cascade;`);
    this.addSql(`drop table if exists "payments"."webhook_event" cascade;`);

    this.addSql(`drop schema if exists "payments";`);
  }
}

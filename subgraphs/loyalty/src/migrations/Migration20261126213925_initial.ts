import { Migration } from '@mikro-orm/migrations';

export class Migration20261126213925_initial extends Migration {
  override name = 'Migration20261126213925_initial';

  override up(): void | Promise<void> {
    this.addSql(`create schema if not exists "loyalty";`);
    this.addSql(
      `create table "loyalty"."account" ("id" uuid not null, "tenant_id" uuid not null, "available" int not null, "pending" int not null, "held" int not null, "issued" int not null, "redeemed" int not null, "expired" int not null, "adjusted" int not null, "sequence" int not null, "tier_id" uuid null, "tier_since" timestamptz(3) null, "tier_valid_until" timestamptz(3) null, "opened_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "account_tenant_id_id_index" on "loyalty"."account" ("tenant_id", "id");`);
    this.addSql(`create index "account_tenant_id_tier_id_index" on "loyalty"."account" ("tenant_id", "tier_id");`);
    this.addSql(`create index "account_tenant_id_available_index" on "loyalty"."account" ("tenant_id", "available");`);
    this.addSql(
      `create index "account_tenant_id_opened_at_id_index" on "loyalty"."account" ("tenant_id", "opened_at", "id");`,
    );
    this.addSql(
      `create index "account_tier_due_index" on "loyalty"."account" ("tier_valid_until") where "tier_valid_until" is not null;`,
    );

    this.addSql(
      `create table "loyalty"."captured_payment" ("id" uuid not null, "tenant_id" uuid not null, "order_id" uuid not null, "captured_minor" bigint not null, "event_id" uuid not null, "paid_at" timestamptz(3) not null, "is_settled" boolean not null, primary key ("id"));`,
    );
    this.addSql(
      `create index "captured_payment_tenant_id_id_index" on "loyalty"."captured_payment" ("tenant_id", "id");`,
    );
    this.addSql(
      `create index "captured_payment_open_index" on "loyalty"."captured_payment" ("tenant_id", "order_id") where not "is_settled";`,
    );

    this.addSql(
      `create table "loyalty"."consumer_mark" ("tenant_id" uuid not null, "publisher" text not null, "aggregate_id" uuid not null, "sequence" int not null, primary key ("tenant_id", "publisher", "aggregate_id"));`,
    );

    this.addSql(
      `create table "loyalty"."earning_rule" ("id" uuid not null, "tenant_id" uuid not null, "name" text not null, "is_active" boolean not null, "points" int not null, "per_minor" bigint null, "currency_code" text null, "category_ids" jsonb not null, "starts_at" timestamptz(3) null, "ends_at" timestamptz(3) null, "version" int not null, primary key ("id"));`,
    );
    this.addSql(`create index "earning_rule_tenant_id_id_index" on "loyalty"."earning_rule" ("tenant_id", "id");`);

    this.addSql(
      `create table "loyalty"."earning_rule_version" ("tenant_id" uuid not null, "rule_id" uuid not null, "version" int not null, "definition" jsonb not null, "actor_type" text not null, "actor_id" uuid null, "created_at" timestamptz(3) not null, primary key ("tenant_id", "rule_id", "version"));`,
    );

    this.addSql(
      `create table "loyalty"."idempotency_key" ("tenant_id" uuid not null, "actor" text not null, "operation" text not null, "key" text not null, "fingerprint" text not null, "outcome" jsonb null, "created_at" timestamptz not null default now(), primary key ("tenant_id", "actor", "operation", "key"));`,
    );

    this.addSql(
      `create table "loyalty"."inbox" ("tenant_id" uuid not null, "event_id" uuid not null, "publisher" text not null, "received_at" timestamptz not null default now(), primary key ("tenant_id", "event_id"));`,
    );

    this.addSql(
      `create table "loyalty"."transaction" ("id" uuid not null, "tenant_id" uuid not null, "account_id" uuid not null, "sequence" int not null, "kind" text not null, "points" int not null, "available_after" int not null, "pending_after" int not null, "held_after" int not null, "issued_after" int not null, "redeemed_after" int not null, "expired_after" int not null, "order_id" uuid null, "redemption_id" uuid null, "refund_id" uuid null, "payment_transaction_id" uuid null, "reverses_id" uuid null, "rule_id" uuid null, "rule_version" int null, "reason" text null, "activates_at" timestamptz(3) null, "expires_at" timestamptz(3) null, "actor_type" text not null, "actor_id" uuid null, "caused_by_event_id" uuid null, "occurred_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(
      `create index "transaction_tenant_id_order_id_id_index" on "loyalty"."transaction" ("tenant_id", "order_id", "id");`,
    );
    this.addSql(
      `create index "transaction_tenant_id_account_id_kind_occurred_at_index" on "loyalty"."transaction" ("tenant_id", "account_id", "kind", "occurred_at");`,
    );
    this.addSql(
      `create unique index "transaction_earned_unique" on "loyalty"."transaction" ("tenant_id", "payment_transaction_id") where "payment_transaction_id" is not null;`,
    );
    this.addSql(
      `alter table "loyalty"."transaction" add constraint "transaction_tenant_id_account_id_sequence_unique" unique ("tenant_id", "account_id", "sequence");`,
    );

    this.addSql(
      `create table "loyalty"."order_points" ("id" uuid not null, "tenant_id" uuid not null, "is_known" boolean not null, "is_over" boolean not null, "customer_id" uuid null, "currency_code" text null, "is_shipped" boolean not null, "lines" jsonb not null, "terms" jsonb null, "captured_minor" bigint not null, "refunded_minor" bigint not null, "earned" int not null, "reversed" int not null, "forgiven" int not null, "redeemed" int not null, "restored" int not null, "delivered_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(
      `create index "order_points_tenant_id_customer_id_index" on "loyalty"."order_points" ("tenant_id", "customer_id");`,
    );

    this.addSql(
      `create table "loyalty"."outbox" ("id" bigserial primary key, "event_id" uuid not null, "tenant_id" uuid not null, "aggregate_id" uuid not null, "sequence" int not null, "type" text not null, "version" int not null, "payload" jsonb not null, "occurred_at" timestamptz not null, "correlation_id" uuid not null, "causation_id" uuid null, "command_key" text null, "actor_type" text not null, "actor_id" uuid null, "traceparent" text null, "classification" text not null, "created_at" timestamptz not null default now(), "published_at" timestamptz null);`,
    );
    this.addSql(`create index "outbox_unpublished_index" on "loyalty"."outbox" ("id") where "published_at" is null;`);
    this.addSql(`alter table "loyalty"."outbox" add constraint "outbox_event_id_unique" unique ("event_id");`);
    this.addSql(
      `alter table "loyalty"."outbox" add constraint "outbox_tenant_id_aggregate_id_sequence_unique" unique ("tenant_id", "aggregate_id", "sequence");`,
    );

    this.addSql(
      `create table "loyalty"."outbox_sequence" ("tenant_id" uuid not null, "aggregate_id" uuid not null, "sequence" int not null, primary key ("tenant_id", "aggregate_id"));`,
    );

    this.addSql(
      `create table "loyalty"."parked_event" ("id" uuid not null, "tenant_id" uuid not null, "publisher" text not null, "aggregate_id" uuid not null, "sequence" int not null, "type" text not null, "envelope" jsonb not null, "state" text not null, "attempts" int not null, "next_attempt_at" timestamptz not null, "last_error" text null, "parked_at" timestamptz not null default now(), primary key ("id"));`,
    );
    this.addSql(
      `create index "parked_event_state_next_attempt_at_index" on "loyalty"."parked_event" ("state", "next_attempt_at");`,
    );
    this.addSql(
      `alter table "loyalty"."parked_event" add constraint "parked_event_tenant_id_publisher_aggregate_id_sequence_unique" unique ("tenant_id", "publisher", "aggregate_id", "sequence");`,
    );

    this.addSql(
      `create table "loyalty"."lot" ("id" uuid not null, "tenant_id" uuid not null, "account_id" uuid not null, "order_id" uuid null, "points" int not null, "remaining" int not null, "is_pending" boolean not null, "activates_at" timestamptz(3) null, "expires_at" timestamptz(3) null, "warnings" int not null, "brought_by" uuid not null, primary key ("id"));`,
    );
    this.addSql(`create index "lot_open_index" on "loyalty"."lot" ("tenant_id", "account_id") where "remaining" > 0;`);
    this.addSql(`create index "lot_tenant_id_order_id_index" on "loyalty"."lot" ("tenant_id", "order_id");`);
    this.addSql(`create index "lot_activates_index" on "loyalty"."lot" ("activates_at") where "is_pending";`);
    this.addSql(`create index "lot_expires_index" on "loyalty"."lot" ("expires_at") where "remaining" > 0;`);

    this.addSql(
      `create table "loyalty"."posting" ("tenant_id" uuid not null, "transaction_id" uuid not null, "account" text not null, "points" int not null, primary key ("tenant_id", "transaction_id", "account"));`,
    );

    this.addSql(
      `create table "loyalty"."program" ("id" uuid not null, "tenant_id" uuid not null, "name" text not null, "points_name" text not null, "is_active" boolean not null, "pending_days" int not null, "expiry_months" int null, "point_value_minor" bigint not null, "currency_code" text not null, "redemption_unit" int not null, "reversal_policy" text not null, "version" int not null, primary key ("id"));`,
    );
    this.addSql(`create index "program_tenant_id_index" on "loyalty"."program" ("tenant_id");`);

    this.addSql(
      `create table "loyalty"."tier" ("id" uuid not null, "tenant_id" uuid not null, "rank" int not null, "name" text not null, "threshold" int not null, "earn_multiplier" text not null, "benefits" text[] not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "loyalty"."tier" add constraint "tier_tenant_id_rank_unique" unique ("tenant_id", "rank");`,
    );

    this.addSql(
      `alter table "loyalty"."account" add constraint "account_sums_to_zero" check (available + pending + held + issued + redeemed + expired + adjusted = 0);`,
    );
    this.addSql(`alter table "loyalty"."account" add constraint "account_pending_check" check (pending >= 0);`);
    this.addSql(`alter table "loyalty"."account" add constraint "account_held_check" check (held >= 0);`);
    this.addSql(`alter table "loyalty"."account" enable row level security;`);
    this.addSql(`alter table "loyalty"."account" force row level security;`);
    this.addSql(
      `create policy "tenant" on "loyalty"."account" to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "loyalty"."account" as restrictive to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(`create policy "relay_select" on "loyalty"."account" for select to "relay_loyalty" using (true);`);

    this.addSql(`alter table "loyalty"."captured_payment" enable row level security;`);
    this.addSql(`alter table "loyalty"."captured_payment" force row level security;`);
    this.addSql(
      `create policy "tenant" on "loyalty"."captured_payment" to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "loyalty"."captured_payment" as restrictive to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "loyalty"."consumer_mark" enable row level security;`);
    this.addSql(`alter table "loyalty"."consumer_mark" force row level security;`);
    this.addSql(
      `create policy "tenant" on "loyalty"."consumer_mark" to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "loyalty"."consumer_mark" as restrictive to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "loyalty"."earning_rule" add constraint "earning_rule_points_check" check (points > 0);`);
    this.addSql(`alter table "loyalty"."earning_rule" add constraint "earning_rule_per_check" check (per_minor > 0);`);
    this.addSql(`alter table "loyalty"."earning_rule" enable row level security;`);
    this.addSql(`alter table "loyalty"."earning_rule" force row level security;`);
    this.addSql(
      `create policy "tenant" on "loyalty"."earning_rule" to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "loyalty"."earning_rule" as restrictive to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "loyalty"."earning_rule_version" enable row level security;`);
    this.addSql(`alter table "loyalty"."earning_rule_version" force row level security;`);
    this.addSql(
      `create policy "tenant" on "loyalty"."earning_rule_version" to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "loyalty"."earning_rule_version" as restrictive to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "loyalty"."idempotency_key" enable row level security;`);
    this.addSql(`alter table "loyalty"."idempotency_key" force row level security;`);
    this.addSql(
      `create policy "tenant" on "loyalty"."idempotency_key" to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "loyalty"."idempotency_key" as restrictive to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "loyalty"."inbox" enable row level security;`);
    this.addSql(`alter table "loyalty"."inbox" force row level security;`);
    this.addSql(
      `create policy "tenant" on "loyalty"."inbox" to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "loyalty"."inbox" as restrictive to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "loyalty"."transaction" enable row level security;`);
    this.addSql(`alter table "loyalty"."transaction" force row level security;`);
    this.addSql(
      `create policy "tenant" on "loyalty"."transaction" to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "loyalty"."transaction" as restrictive to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(
      `alter table "loyalty"."order_points" add constraint "order_points_reversed_check" check (reversed >= 0 and forgiven >= 0 and reversed + forgiven <= earned);`,
    );
    this.addSql(
      `alter table "loyalty"."order_points" add constraint "order_points_restored_check" check (restored >= 0 and restored <= redeemed);`,
    );
    this.addSql(`alter table "loyalty"."order_points" enable row level security;`);
    this.addSql(`alter table "loyalty"."order_points" force row level security;`);
    this.addSql(
      `create policy "tenant" on "loyalty"."order_points" to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "loyalty"."order_points" as restrictive to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "loyalty"."outbox" enable row level security;`);
    this.addSql(`alter table "loyalty"."outbox" force row level security;`);
    this.addSql(
      `create policy "tenant" on "loyalty"."outbox" to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "loyalty"."outbox" as restrictive to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(`create policy "relay_select" on "loyalty"."outbox" for select to "relay_loyalty" using (true);`);
    this.addSql(
      `create policy "relay_update" on "loyalty"."outbox" for update to "relay_loyalty" using (true) with check (true);`,
    );

    this.addSql(`alter table "loyalty"."outbox_sequence" enable row level security;`);
    this.addSql(`alter table "loyalty"."outbox_sequence" force row level security;`);
    this.addSql(
      `create policy "tenant" on "loyalty"."outbox_sequence" to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "loyalty"."outbox_sequence" as restrictive to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "loyalty"."parked_event" enable row level security;`);
    this.addSql(`alter table "loyalty"."parked_event" force row level security;`);
    this.addSql(
      `create policy "tenant" on "loyalty"."parked_event" to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "loyalty"."parked_event" as restrictive to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(`create policy "relay_select" on "loyalty"."parked_event" for select to "relay_loyalty" using (true);`);

    this.addSql(
      `alter table "loyalty"."lot" add constraint "lot_remaining_check" check (remaining >= 0 and remaining <= points);`,
    );
    this.addSql(`alter table "loyalty"."lot" enable row level security;`);
    this.addSql(`alter table "loyalty"."lot" force row level security;`);
    this.addSql(
      `create policy "tenant" on "loyalty"."lot" to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "loyalty"."lot" as restrictive to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(`create policy "relay_select" on "loyalty"."lot" for select to "relay_loyalty" using (true);`);

    this.addSql(`alter table "loyalty"."posting" add constraint "posting_moves_something" check (points <> 0);`);
    this.addSql(`alter table "loyalty"."posting" enable row level security;`);
    this.addSql(`alter table "loyalty"."posting" force row level security;`);
    this.addSql(
      `create policy "tenant" on "loyalty"."posting" to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "loyalty"."posting" as restrictive to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(
      `alter table "loyalty"."program" add constraint "program_point_value_check" check (point_value_minor > 0);`,
    );
    this.addSql(
      `alter table "loyalty"."program" add constraint "program_redemption_unit_check" check (redemption_unit > 0);`,
    );
    this.addSql(`alter table "loyalty"."program" enable row level security;`);
    this.addSql(`alter table "loyalty"."program" force row level security;`);
    this.addSql(
      `create policy "tenant" on "loyalty"."program" to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "loyalty"."program" as restrictive to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "loyalty"."tier" enable row level security;`);
    this.addSql(`alter table "loyalty"."tier" force row level security;`);
    this.addSql(
      `create policy "tenant" on "loyalty"."tier" to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "loyalty"."tier" as restrictive to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "loyalty"."account" cascade;`);
    this.addSql(`drop table if exists "loyalty"."captured_payment" cascade;`);
    this.addSql(`drop table if exists "loyalty"."consumer_mark" cascade;`);
    this.addSql(`drop table if exists "loyalty"."earning_rule" cascade;`);
    this.addSql(`drop table if exists "loyalty"."earning_rule_version" cascade;`);
    this.addSql(`drop table if exists "loyalty"."idempotency_key" cascade;`);
    this.addSql(`drop table if exists "loyalty"."inbox" cascade;`);
    this.addSql(`drop table if exists "loyalty"."transaction" cascade;`);
    this.addSql(`drop table if exists "loyalty"."order_points" cascade;`);
    this.addSql(`drop table if exists "loyalty"."outbox" cascade;`);
    this.addSql(`drop table if exists "loyalty"."outbox_sequence" cascade;`);
    this.addSql(`drop table if exists "loyalty"."parked_event" cascade;`);
    this.addSql(`drop table if exists "loyalty"."lot" cascade;`);
    this.addSql(`drop table if exists "loyalty"."posting" cascade;`);
    this.addSql(`drop table if exists "loyalty"."program" cascade;`);
    this.addSql(`drop table if exists "loyalty"."tier" cascade;`);

    this.addSql(`drop schema if exists "loyalty";`);
  }
}

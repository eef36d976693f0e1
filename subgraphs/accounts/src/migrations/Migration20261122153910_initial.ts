import { Migration } from '@mikro-orm/migrations';

export class Migration20261122153910_initial extends Migration {
  override name = 'Migration20261122153910_initial';

  override up(): void | Promise<void> {
    this.addSql(`create schema if not exists "accounts";`);
    this.addSql(
      `create table "accounts"."api_key" ("id" uuid not null, "tenant_id" uuid not null, "name" text not null, "kind" text not null, "prefix" text not null, "secret_hash" text not null, "previous_secret_hash" text null, "previous_valid_until" timestamptz(3) null, "scopes" text[] not null, "is_active" boolean not null, "revocation_reason" text null, "expires_at" timestamptz(3) null, "last_used_at" timestamptz(3) null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(
      `create index "api_key_tenant_id_created_at_id_index" on "accounts"."api_key" ("tenant_id", "created_at", "id");`,
    );
    this.addSql(`create index "api_key_prefix_index" on "accounts"."api_key" ("prefix");`);
    this.addSql(
      `alter table "accounts"."api_key" add constraint "api_key_tenant_id_prefix_unique" unique ("tenant_id", "prefix");`,
    );

    this.addSql(
      `create table "accounts"."consumer_mark" ("tenant_id" uuid not null, "publisher" text not null, "aggregate_id" uuid not null, "sequence" int not null, primary key ("tenant_id", "publisher", "aggregate_id"));`,
    );

    this.addSql(
      `create table "accounts"."idempotency_key" ("tenant_id" uuid not null, "actor" text not null, "operation" text not null, "key" text not null, "fingerprint" text not null, "outcome" jsonb null, "created_at" timestamptz not null default now(), primary key ("tenant_id", "actor", "operation", "key"));`,
    );

    this.addSql(
      `create table "accounts"."inbox" ("tenant_id" uuid not null, "event_id" uuid not null, "publisher" text not null, "received_at" timestamptz not null default now(), primary key ("tenant_id", "event_id"));`,
    );

    this.addSql(
      `create table "accounts"."merchant" ("id" uuid not null, "tenant_id" uuid not null, "handle" text not null, "name" text not null, "status" text not null, "default_currency_code" text not null, "currency_codes" text[] not null, "country_code" text not null, "time_zone" text not null, "language_code" text not null, "taxes_included" boolean not null, "capture_policy" text not null, "tax_rates" jsonb not null, "return_window_days" int not null, "checkout_hold_seconds" int not null, "created_at" timestamptz(3) not null, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(`create index "merchant_tenant_id_index" on "accounts"."merchant" ("tenant_id");`);
    this.addSql(`create index "merchant_created_at_id_index" on "accounts"."merchant" ("created_at", "id");`);
    this.addSql(`alter table "accounts"."merchant" add constraint "merchant_handle_unique" unique ("handle");`);

    this.addSql(
      `create table "accounts"."outbox" ("id" bigserial primary key, "event_id" uuid not null, "tenant_id" uuid not null, "aggregate_id" uuid not null, "sequence" int not null, "type" text not null, "version" int not null, "payload" jsonb not null, "occurred_at" timestamptz not null, "correlation_id" uuid not null, "causation_id" uuid null, "command_key" text null, "actor_type" text not null, "actor_id" uuid null, "traceparent" text null, "classification" text not null, "created_at" timestamptz not null default now(), "published_at" timestamptz null);`,
    );
    this.addSql(`create index "outbox_unpublished_index" on "accounts"."outbox" ("id") where "published_at" is null;`);
    this.addSql(`alter table "accounts"."outbox" add constraint "outbox_event_id_unique" unique ("event_id");`);
    this.addSql(
      `alter table "accounts"."outbox" add constraint "outbox_tenant_id_aggregate_id_sequence_unique" unique ("tenant_id", "aggregate_id", "sequence");`,
    );

    this.addSql(
      `create table "accounts"."outbox_sequence" ("tenant_id" uuid not null, "aggregate_id" uuid not null, "sequence" int not null, primary key ("tenant_id", "aggregate_id"));`,
    );

    this.addSql(
      `create table "accounts"."parked_event" ("id" uuid not null, "tenant_id" uuid not null, "publisher" text not null, "aggregate_id" uuid not null, "sequence" int not null, "type" text not null, "envelope" jsonb not null, "state" text not null, "attempts" int not null, "next_attempt_at" timestamptz not null, "last_error" text null, "parked_at" timestamptz not null default now(), primary key ("id"));`,
    );
    this.addSql(
      `create index "parked_event_state_next_attempt_at_index" on "accounts"."parked_event" ("state", "next_attempt_at");`,
    );
    this.addSql(
      `alter table "accounts"."parked_event" add constraint "parked_event_tenant_id_publisher_aggregate_id_sequence_unique" unique ("tenant_id", "publisher", "aggregate_id", "sequence");`,
    );

    this.addSql(
      `create table "accounts"."role" ("id" uuid not null, "tenant_id" uuid not null, "name" text not null, "scopes" text[] not null, "is_built_in" boolean not null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "accounts"."role" add constraint "role_tenant_id_name_unique" unique ("tenant_id", "name");`,
    );

    this.addSql(
      `create table "accounts"."staff_member" ("id" uuid not null, "tenant_id" uuid not null, "email" text not null, "name" text not null, "role_ids" text[] not null, "is_active" boolean not null, "last_active_at" timestamptz(3) null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(
      `create index "staff_member_tenant_id_created_at_id_index" on "accounts"."staff_member" ("tenant_id", "created_at", "id");`,
    );
    this.addSql(
      `alter table "accounts"."staff_member" add constraint "staff_member_tenant_id_email_unique" unique ("tenant_id", "email");`,
    );

    this.addSql(
      `create table "accounts"."staff_member_token" ("tenant_id" uuid not null, "token" text not null, "staff_member_id" uuid not null, primary key ("tenant_id", "token", "staff_member_id"));`,
    );
    this.addSql(
      `create index "staff_member_token_tenant_id_staff_member_id_index" on "accounts"."staff_member_token" ("tenant_id", "staff_member_id");`,
    );

    this.addSql(`alter table "accounts"."api_key" enable row level security;`);
    this.addSql(`alter table "accounts"."api_key" force row level security;`);
    this.addSql(
      `create policy "tenant" on "accounts"."api_key" to "app_accounts" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "accounts"."api_key" as restrictive to "app_accounts" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(`create policy "relay_select" on "accounts"."api_key" for select to "relay_accounts" using (true);`);

    this.addSql(`alter table "accounts"."consumer_mark" enable row level security;`);
    this.addSql(`alter table "accounts"."consumer_mark" force row level security;`);
    this.addSql(
      `create policy "tenant" on "accounts"."consumer_mark" to "app_accounts" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "accounts"."consumer_mark" as restrictive to "app_accounts" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "accounts"."idempotency_key" enable row level security;`);
    this.addSql(`alter table "accounts"."idempotency_key" force row level security;`);
    this.addSql(
      `create policy "tenant" on "accounts"."idempotency_key" to "app_accounts" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "accounts"."idempotency_key" as restrictive to "app_accounts" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "accounts"."inbox" enable row level security;`);
    this.addSql(`alter table "accounts"."inbox" force row level security;`);
    this.addSql(
      `create policy "tenant" on "accounts"."inbox" to "app_accounts" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "accounts"."inbox" as restrictive to "app_accounts" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "accounts"."merchant" enable row level security;`);
    this.addSql(`alter table "accounts"."merchant" force row level security;`);
    this.addSql(
      `create policy "tenant" on "accounts"."merchant" to "app_accounts" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "accounts"."merchant" as restrictive to "app_accounts" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(`create policy "relay_select" on "accounts"."merchant" for select to "relay_accounts" using (true);`);

    this.addSql(`alter table "accounts"."outbox" enable row level security;`);
    this.addSql(`alter table "accounts"."outbox" force row level security;`);
    this.addSql(
      `create policy "tenant" on "accounts"."outbox" to "app_accounts" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "accounts"."outbox" as restrictive to "app_accounts" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(`create policy "relay_select" on "accounts"."outbox" for select to "relay_accounts" using (true);`);
    this.addSql(
      `create policy "relay_update" on "accounts"."outbox" for update to "relay_accounts" using (true) with check (true);`,
    );

    this.addSql(`alter table "accounts"."outbox_sequence" enable row level security;`);
    this.addSql(`alter table "accounts"."outbox_sequence" force row level security;`);
    this.addSql(
      `create policy "tenant" on "accounts"."outbox_sequence" to "app_accounts" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "accounts"."outbox_sequence" as restrictive to "app_accounts" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "accounts"."parked_event" enable row level security;`);
    this.addSql(`alter table "accounts"."parked_event" force row level security;`);
    this.addSql(
      `create policy "tenant" on "accounts"."parked_event" to "app_accounts" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "accounts"."parked_event" as restrictive to "app_accounts" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "relay_select" on "accounts"."parked_event" for select to "relay_accounts" using (true);`,
    );

    this.addSql(`alter table "accounts"."role" enable row level security;`);
    this.addSql(`alter table "accounts"."role" force row level security;`);
    this.addSql(
      `create policy "tenant" on "accounts"."role" to "app_accounts" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "accounts"."role" as restrictive to "app_accounts" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "accounts"."staff_member" enable row level security;`);
    this.addSql(`alter table "accounts"."staff_member" force row level security;`);
    this.addSql(
      `create policy "tenant" on "accounts"."staff_member" to "app_accounts" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "accounts"."staff_member" as restrictive to "app_accounts" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "accounts"."staff_member_token" enable row level security;`);
    this.addSql(`alter table "accounts"."staff_member_token" force row level security;`);
    this.addSql(
      `create policy "tenant" on "accounts"."staff_member_token" to "app_accounts" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "accounts"."staff_member_token" as restrictive to "app_accounts" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "accounts"."api_key" cascade;`);
    this.addSql(`drop table if exists "accounts"."consumer_mark" cascade;`);
    this.addSql(`drop table if exists "accounts"."idempotency_key" cascade;`);
    this.addSql(`drop table if exists "accounts"."inbox" cascade;`);
    this.addSql(`drop table if exists "accounts"."merchant" cascade;`);
    this.addSql(`drop table if exists "accounts"."outbox" cascade;`);
    this.addSql(`drop table if exists "accounts"."outbox_sequence" cascade;`);
    this.addSql(`drop table if exists "accounts"."parked_event" cascade;`);
    this.addSql(`drop table if exists "accounts"."role" cascade;`);
    this.addSql(`drop table if exists "accounts"."staff_member" cascade;`);
    this.addSql(`drop table if exists "accounts"."staff_member_token" cascade;`);

    this.addSql(`drop schema if exists "accounts";`);
  }
}

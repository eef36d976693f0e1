import { Migration } from '@mikro-orm/migrations';

export class Migration20261122154433_initial extends Migration {
  override name = 'Migration20261122154433_initial';

  override up(): void | Promise<void> {
    this.addSql(`create schema if not exists "customers";`);
    this.addSql(
      `create table "customers"."consumer_mark" ("tenant_id" uuid not null, "publisher" text not null, "aggregate_id" uuid not null, "sequence" int not null, primary key ("tenant_id", "publisher", "aggregate_id"));`,
    );

    this.addSql(
      `create table "customers"."customer" ("id" uuid not null, "tenant_id" uuid not null, "email" text null, "email_key" text null, "first_name" text null, "last_name" text null, "phone" text null, "language_code" text null, "addresses" jsonb not null, "accepts_marketing" boolean not null, "groups" text[] not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(
      `create index "customer_tenant_id_created_at_id_index" on "customers"."customer" ("tenant_id", "created_at", "id");`,
    );
    this.addSql(
      `alter table "customers"."customer" add constraint "customer_tenant_id_email_key_unique" unique ("tenant_id", "email_key");`,
    );

    this.addSql(
      `create table "customers"."data_request" ("id" uuid not null, "tenant_id" uuid not null, "customer_id" uuid not null, "kind" text not null, "status" text not null, "reason" text null, "created_at" timestamptz(3) not null, "due_at" timestamptz(3) not null, "completed_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(
      `create index "data_request_tenant_id_status_due_at_index" on "customers"."data_request" ("tenant_id", "status", "due_at");`,
    );
    this.addSql(
      `create unique index "data_request_open_unique" on "customers"."data_request" ("tenant_id", "customer_id", "kind") where "completed_at" is null;`,
    );

    this.addSql(
      `create table "customers"."idempotency_key" ("tenant_id" uuid not null, "actor" text not null, "operation" text not null, "key" text not null, "fingerprint" text not null, "outcome" jsonb null, "created_at" timestamptz not null default now(), primary key ("tenant_id", "actor", "operation", "key"));`,
    );

    this.addSql(
      `create table "customers"."inbox" ("tenant_id" uuid not null, "event_id" uuid not null, "publisher" text not null, "received_at" timestamptz not null default now(), primary key ("tenant_id", "event_id"));`,
    );

    this.addSql(
      `create table "customers"."outbox" ("id" bigserial primary key, "event_id" uuid not null, "tenant_id" uuid not null, "aggregate_id" uuid not null, "sequence" int not null, "type" text not null, "version" int not null, "payload" jsonb not null, "occurred_at" timestamptz not null, "correlation_id" uuid not null, "causation_id" uuid null, "command_key" text null, "actor_type" text not null, "actor_id" uuid null, "traceparent" text null, "classification" text not null, "created_at" timestamptz not null default now(), "published_at" timestamptz null);`,
    );
    this.addSql(`create index "outbox_unpublished_index" on "customers"."outbox" ("id") where "published_at" is null;`);
    this.addSql(`alter table "customers"."outbox" add constraint "outbox_event_id_unique" unique ("event_id");`);
    this.addSql(
      `alter table "customers"."outbox" add constraint "outbox_tenant_id_aggregate_id_sequence_unique" unique ("tenant_id", "aggregate_id", "sequence");`,
    );

    this.addSql(
      `create table "customers"."outbox_sequence" ("tenant_id" uuid not null, "aggregate_id" uuid not null, "sequence" int not null, primary key ("tenant_id", "aggregate_id"));`,
    );

    this.addSql(
      `create table "customers"."parked_event" ("id" uuid not null, "tenant_id" uuid not null, "publisher" text not null, "aggregate_id" uuid not null, "sequence" int not null, "type" text not null, "envelope" jsonb not null, "state" text not null, "attempts" int not null, "next_attempt_at" timestamptz not null, "last_error" text null, "parked_at" timestamptz not null default now(), primary key ("id"));`,
    );
    this.addSql(
      `create index "parked_event_state_next_attempt_at_index" on "customers"."parked_event" ("state", "next_attempt_at");`,
    );
    this.addSql(
      `alter table "customers"."parked_event" add constraint "parked_event_tenant_id_publisher_aggregate_id_sequence_unique" unique ("tenant_id", "publisher", "aggregate_id", "sequence");`,
    );

    this.addSql(
      `create table "customers"."search_token" ("tenant_id" uuid not null, "customer_id" uuid not null, "token" text not null, primary key ("tenant_id", "customer_id", "token"));`,
    );
    this.addSql(
      `create index "search_token_prefix_index" on "customers"."search_token" ("tenant_id", "token" collate "C", "customer_id");`,
    );

    this.addSql(`alter table "customers"."consumer_mark" enable row level security;`);
    this.addSql(`alter table "customers"."consumer_mark" force row level security;`);
    this.addSql(
      `create policy "tenant" on "customers"."consumer_mark" to "app_customers" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "customers"."consumer_mark" as restrictive to "app_customers" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "customers"."customer" enable row level security;`);
    this.addSql(`alter table "customers"."customer" force row level security;`);
    this.addSql(
      `create policy "tenant" on "customers"."customer" to "app_customers" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "customers"."customer" as restrictive to "app_customers" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "customers"."data_request" enable row level security;`);
    this.addSql(`alter table "customers"."data_request" force row level security;`);
    this.addSql(
      `create policy "tenant" on "customers"."data_request" to "app_customers" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "customers"."data_request" as restrictive to "app_customers" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "customers"."idempotency_key" enable row level security;`);
    this.addSql(`alter table "customers"."idempotency_key" force row level security;`);
    this.addSql(
      `create policy "tenant" on "customers"."idempotency_key" to "app_customers" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "customers"."idempotency_key" as restrictive to "app_customers" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "customers"."inbox" enable row level security;`);
    this.addSql(`alter table "customers"."inbox" force row level security;`);
    this.addSql(
      `create policy "tenant" on "customers"."inbox" to "app_customers" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "customers"."inbox" as restrictive to "app_customers" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "customers"."outbox" enable row level security;`);
    this.addSql(`alter table "customers"."outbox" force row level security;`);
    this.addSql(
      `create policy "tenant" on "customers"."outbox" to "app_customers" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "customers"."outbox" as restrictive to "app_customers" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(`create policy "relay_select" on "customers"."outbox" for select to "relay_customers" using (true);`);
    this.addSql(
      `create policy "relay_update" on "customers"."outbox" for update to "relay_customers" using (true) with check (true);`,
    );

    this.addSql(`alter table "customers"."outbox_sequence" enable row level security;`);
    this.addSql(`alter table "customers"."outbox_sequence" force row level security;`);
    this.addSql(
      `create policy "tenant" on "customers"."outbox_sequence" to "app_customers" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "customers"."outbox_sequence" as restrictive to "app_customers" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "customers"."parked_event" enable row level security;`);
    this.addSql(`alter table "customers"."parked_event" force row level security;`);
    this.addSql(
      `create policy "tenant" on "customers"."parked_event" to "app_customers" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "customers"."parked_event" as restrictive to "app_customers" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "relay_select" on "customers"."parked_event" for select to "relay_customers" using (true);`,
    );

    this.addSql(`alter table "customers"."search_token" enable row level security;`);
    this.addSql(`alter table "customers"."search_token" force row level security;`);
    this.addSql(
      `create policy "tenant" on "customers"."search_token" to "app_customers" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "customers"."search_token" as restrictive to "app_customers" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "customers"."consumer_mark" cascade;`);
    this.addSql(`drop table if exists "customers"."customer" cascade;`);
    this.addSql(`drop table if exists "customers"."data_request" cascade;`);
    this.addSql(`drop table if exists "customers"."idempotency_key" cascade;`);
    this.addSql(`drop table if exists "customers"."inbox" cascade;`);
    this.addSql(`drop table if exists "customers"."outbox" cascade;`);
    this.addSql(`drop table if exists "customers"."outbox_sequence" cascade;`);
    this.addSql(`drop table if exists "customers"."parked_event" cascade;`);
    this.addSql(`drop table if exists "customers"."search_token" cascade;`);

    this.addSql(`drop schema if exists "customers";`);
  }
}

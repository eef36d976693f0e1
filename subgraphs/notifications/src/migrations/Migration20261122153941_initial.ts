import { Migration } from '@mikro-orm/migrations';

export class Migration20261122153941_initial extends Migration {
  override name = 'Migration20261122153941_initial';

  override up(): void | Promise<void> {
    this.addSql(`create schema if not exists "notifications";`);
    this.addSql(
      `create table "notifications"."consumer_mark" ("tenant_id" uuid not null, "publisher" text not null, "aggregate_id" uuid not null, "sequence" int not null, primary key ("tenant_id", "publisher", "aggregate_id"));`,
    );

    this.addSql(
      `create table "notifications"."customer_copy" ("id" uuid not null, "tenant_id" uuid not null, "email" jsonb null, "email_changed_at" timestamptz(3) null, "language_code" text null, primary key ("id"));`,
    );

    this.addSql(
      `create table "notifications"."idempotency_key" ("tenant_id" uuid not null, "actor" text not null, "operation" text not null, "key" text not null, "fingerprint" text not null, "outcome" jsonb null, "created_at" timestamptz not null default now(), primary key ("tenant_id", "actor", "operation", "key"));`,
    );

    this.addSql(
      `create table "notifications"."inbox" ("tenant_id" uuid not null, "event_id" uuid not null, "publisher" text not null, "received_at" timestamptz not null default now(), primary key ("tenant_id", "event_id"));`,
    );

    this.addSql(
      `create table "notifications"."merchant_copy" ("tenant_id" uuid not null, "name" text not null, "language_code" text not null, primary key ("tenant_id"));`,
    );

    this.addSql(
      `create table "notifications"."notification" ("id" uuid not null, "tenant_id" uuid not null, "topic" text not null, "channel" text not null, "status" text not null, "subject" text not null, "body" text not null, "language_code" text not null, "customer_id" uuid null, "order_id" uuid null, "recipient" jsonb not null, "caused_by_event_id" uuid not null, "copy" int not null, "attempts" int not null, "due_at" timestamptz(3) null, "last_error" text null, "sent_at" timestamptz(3) null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(
      `create index "notification_tenant_id_created_at_id_index" on "notifications"."notification" ("tenant_id", "created_at", "id");`,
    );
    this.addSql(
      `create index "notification_tenant_id_customer_id_created_at_id_index" on "notifications"."notification" ("tenant_id", "customer_id", "created_at", "id");`,
    );
    this.addSql(
      `create index "notification_tenant_id_order_id_index" on "notifications"."notification" ("tenant_id", "order_id");`,
    );
    this.addSql(
      `create index "notification_due_index" on "notifications"."notification" ("due_at") where "status" = 'QUEUED';`,
    );
    this.addSql(
      `alter table "notifications"."notification" add constraint "notification_tenant_id_caused_by_event_id_topic_channel_unique" unique ("tenant_id", "caused_by_event_id", "topic", "channel");`,
    );

    this.addSql(
      `create table "notifications"."order_copy" ("id" uuid not null, "tenant_id" uuid not null, "number" text not null, "customer_id" uuid null, "email" jsonb not null, "lines" jsonb not null, "totals" jsonb not null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );

    this.addSql(
      `create table "notifications"."outbox" ("id" bigserial primary key, "event_id" uuid not null, "tenant_id" uuid not null, "aggregate_id" uuid not null, "sequence" int not null, "type" text not null, "version" int not null, "payload" jsonb not null, "occurred_at" timestamptz not null, "correlation_id" uuid not null, "causation_id" uuid null, "command_key" text null, "actor_type" text not null, "actor_id" uuid null, "traceparent" text null, "classification" text not null, "created_at" timestamptz not null default now(), "published_at" timestamptz null);`,
    );
    this.addSql(
      `create index "outbox_unpublished_index" on "notifications"."outbox" ("id") where "published_at" is null;`,
    );
    this.addSql(`alter table "notifications"."outbox" add constraint "outbox_event_id_unique" unique ("event_id");`);
    this.addSql(
      `alter table "notifications"."outbox" add constraint "outbox_tenant_id_aggregate_id_sequence_unique" unique ("tenant_id", "aggregate_id", "sequence");`,
    );

    this.addSql(
      `create table "notifications"."outbox_sequence" ("tenant_id" uuid not null, "aggregate_id" uuid not null, "sequence" int not null, primary key ("tenant_id", "aggregate_id"));`,
    );

    this.addSql(
      `create table "notifications"."parked_event" ("id" uuid not null, "tenant_id" uuid not null, "publisher" text not null, "aggregate_id" uuid not null, "sequence" int not null, "type" text not null, "envelope" jsonb not null, "state" text not null, "attempts" int not null, "next_attempt_at" timestamptz not null, "last_error" text null, "parked_at" timestamptz not null default now(), primary key ("id"));`,
    );
    this.addSql(
      `create index "parked_event_state_next_attempt_at_index" on "notifications"."parked_event" ("state", "next_attempt_at");`,
    );
    this.addSql(
      `alter table "notifications"."parked_event" add constraint "parked_event_tenant_id_publisher_aggregate_id_sequence_unique" unique ("tenant_id", "publisher", "aggregate_id", "sequence");`,
    );

    this.addSql(
      `create table "notifications"."preference" ("tenant_id" uuid not null, "customer_id" uuid not null, "topic" text not null, "channel" text not null, "is_enabled" boolean not null, primary key ("tenant_id", "customer_id", "topic", "channel"));`,
    );

    this.addSql(
      `create table "notifications"."template" ("id" uuid not null, "tenant_id" uuid not null, "topic" text not null, "channel" text not null, "language_code" text not null, "subject" text not null, "body" text not null, "updated_by" jsonb not null, "version" int not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "notifications"."template" add constraint "template_tenant_id_topic_channel_language_code_unique" unique ("tenant_id", "topic", "channel", "language_code");`,
    );

    this.addSql(`alter table "notifications"."consumer_mark" enable row level security;`);
    this.addSql(`alter table "notifications"."consumer_mark" force row level security;`);
    this.addSql(
      `create policy "tenant" on "notifications"."consumer_mark" to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "notifications"."consumer_mark" as restrictive to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "notifications"."customer_copy" enable row level security;`);
    this.addSql(`alter table "notifications"."customer_copy" force row level security;`);
    this.addSql(
      `create policy "tenant" on "notifications"."customer_copy" to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "notifications"."customer_copy" as restrictive to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "notifications"."idempotency_key" enable row level security;`);
    this.addSql(`alter table "notifications"."idempotency_key" force row level security;`);
    this.addSql(
      `create policy "tenant" on "notifications"."idempotency_key" to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "notifications"."idempotency_key" as restrictive to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "notifications"."inbox" enable row level security;`);
    this.addSql(`alter table "notifications"."inbox" force row level security;`);
    this.addSql(
      `create policy "tenant" on "notifications"."inbox" to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "notifications"."inbox" as restrictive to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "notifications"."merchant_copy" enable row level security;`);
    this.addSql(`alter table "notifications"."merchant_copy" force row level security;`);
    this.addSql(
      `create policy "tenant" on "notifications"."merchant_copy" to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "notifications"."merchant_copy" as restrictive to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "notifications"."notification" enable row level security;`);
    this.addSql(`alter table "notifications"."notification" force row level security;`);
    this.addSql(
      `create policy "tenant" on "notifications"."notification" to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "notifications"."notification" as restrictive to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "relay_select" on "notifications"."notification" for select to "relay_notifications" using (true);`,
    );

    this.addSql(`alter table "notifications"."order_copy" enable row level security;`);
    this.addSql(`alter table "notifications"."order_copy" force row level security;`);
    this.addSql(
      `create policy "tenant" on "notifications"."order_copy" to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "notifications"."order_copy" as restrictive to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "notifications"."outbox" enable row level security;`);
    this.addSql(`alter table "notifications"."outbox" force row level security;`);
    this.addSql(
      `create policy "tenant" on "notifications"."outbox" to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "notifications"."outbox" as restrictive to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "relay_select" on "notifications"."outbox" for select to "relay_notifications" using (true);`,
    );
    this.addSql(
      `create policy "relay_update" on "notifications"."outbox" for update to "relay_notifications" using (true) with check (true);`,
    );

    this.addSql(`alter table "notifications"."outbox_sequence" enable row level security;`);
    this.addSql(`alter table "notifications"."outbox_sequence" force row level security;`);
    this.addSql(
      `create policy "tenant" on "notifications"."outbox_sequence" to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "notifications"."outbox_sequence" as restrictive to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "notifications"."parked_event" enable row level security;`);
    this.addSql(`alter table "notifications"."parked_event" force row level security;`);
    this.addSql(
      `create policy "tenant" on "notifications"."parked_event" to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "notifications"."parked_event" as restrictive to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "relay_select" on "notifications"."parked_event" for select to "relay_notifications" using (true);`,
    );

    this.addSql(`alter table "notifications"."preference" enable row level security;`);
    this.addSql(`alter table "notifications"."preference" force row level security;`);
    this.addSql(
      `create policy "tenant" on "notifications"."preference" to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "notifications"."preference" as restrictive to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "notifications"."template" enable row level security;`);
    this.addSql(`alter table "notifications"."template" force row level security;`);
    this.addSql(
      `create policy "tenant" on "notifications"."template" to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "notifications"."template" as restrictive to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "notifications"."consumer_mark" cascade;`);
    this.addSql(`drop table if exists "notifications"."customer_copy" cascade;`);
    this.addSql(`drop table if exists "notifications"."idempotency_key" cascade;`);
    this.addSql(`drop table if exists "notifications"."inbox" cascade;`);
    this.addSql(`drop table if exists "notifications"."merchant_copy" cascade;`);
    this.addSql(`drop table if exists "notifications"."notification" cascade;`);
    this.addSql(`drop table if exists "notifications"."order_copy" cascade;`);
    this.addSql(`drop table if exists "notifications"."outbox" cascade;`);
    this.addSql(`drop table if exists "notifications"."outbox_sequence" cascade;`);
    this.addSql(`drop table if exists "notifications"."parked_event" cascade;`);
    this.addSql(`drop table if exists "notifications"."preference" cascade;`);
    this.addSql(`drop table if exists "notifications"."template" cascade;`);

    this.addSql(`drop schema if exists "notifications";`);
  }
}

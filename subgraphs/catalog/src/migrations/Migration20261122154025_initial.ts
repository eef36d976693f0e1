import { Migration } from '@mikro-orm/migrations';

export class Migration20261122154025_initial extends Migration {
  override name = 'Migration20261122154025_initial';

  override up(): void | Promise<void> {
    this.addSql(`create schema if not exists "catalog";`);
    this.addSql(
      `create table "catalog"."category" ("id" uuid not null, "tenant_id" uuid not null, "handle" text not null, "name" text not null, "parent_id" uuid null, primary key ("id"));`,
    );
    this.addSql(
      `create index "category_tenant_id_parent_id_index" on "catalog"."category" ("tenant_id", "parent_id");`,
    );
    this.addSql(
      `alter table "catalog"."category" add constraint "category_tenant_id_handle_unique" unique ("tenant_id", "handle");`,
    );

    this.addSql(
      `create table "catalog"."consumer_mark" ("tenant_id" uuid not null, "publisher" text not null, "aggregate_id" uuid not null, "sequence" int not null, primary key ("tenant_id", "publisher", "aggregate_id"));`,
    );

    this.addSql(
      `create table "catalog"."idempotency_key" ("tenant_id" uuid not null, "actor" text not null, "operation" text not null, "key" text not null, "fingerprint" text not null, "outcome" jsonb null, "created_at" timestamptz not null default now(), primary key ("tenant_id", "actor", "operation", "key"));`,
    );

    this.addSql(
      `create table "catalog"."inbox" ("tenant_id" uuid not null, "event_id" uuid not null, "publisher" text not null, "received_at" timestamptz not null default now(), primary key ("tenant_id", "event_id"));`,
    );

    this.addSql(
      `create table "catalog"."merchant" ("tenant_id" uuid not null, "currency_codes" text[] not null, primary key ("tenant_id"));`,
    );

    this.addSql(
      `create table "catalog"."outbox" ("id" bigserial primary key, "event_id" uuid not null, "tenant_id" uuid not null, "aggregate_id" uuid not null, "sequence" int not null, "type" text not null, "version" int not null, "payload" jsonb not null, "occurred_at" timestamptz not null, "correlation_id" uuid not null, "causation_id" uuid null, "command_key" text null, "actor_type" text not null, "actor_id" uuid null, "traceparent" text null, "classification" text not null, "created_at" timestamptz not null default now(), "published_at" timestamptz null);`,
    );
    this.addSql(`create index "outbox_unpublished_index" on "catalog"."outbox" ("id") where "published_at" is null;`);
    this.addSql(`alter table "catalog"."outbox" add constraint "outbox_event_id_unique" unique ("event_id");`);
    this.addSql(
      `alter table "catalog"."outbox" add constraint "outbox_tenant_id_aggregate_id_sequence_unique" unique ("tenant_id", "aggregate_id", "sequence");`,
    );

    this.addSql(
      `create table "catalog"."outbox_sequence" ("tenant_id" uuid not null, "aggregate_id" uuid not null, "sequence" int not null, primary key ("tenant_id", "aggregate_id"));`,
    );

    this.addSql(
      `create table "catalog"."parked_event" ("id" uuid not null, "tenant_id" uuid not null, "publisher" text not null, "aggregate_id" uuid not null, "sequence" int not null, "type" text not null, "envelope" jsonb not null, "state" text not null, "attempts" int not null, "next_attempt_at" timestamptz not null, "last_error" text null, "parked_at" timestamptz not null default now(), primary key ("id"));`,
    );
    this.addSql(
      `create index "parked_event_state_next_attempt_at_index" on "catalog"."parked_event" ("state", "next_attempt_at");`,
    );
    this.addSql(
      `alter table "catalog"."parked_event" add constraint "parked_event_tenant_id_publisher_aggregate_id_sequence_unique" unique ("tenant_id", "publisher", "aggregate_id", "sequence");`,
    );

    this.addSql(
      `create table "catalog"."product" ("id" uuid not null, "tenant_id" uuid not null, "handle" text not null, "title" text not null, "description" text null, "status" text not null, "category_id" uuid null, "tags" text[] not null, "media" jsonb not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(
      `create index "product_tenant_id_created_at_id_index" on "catalog"."product" ("tenant_id", "created_at", "id");`,
    );
    this.addSql(
      `create index "product_tenant_id_updated_at_id_index" on "catalog"."product" ("tenant_id", "updated_at", "id");`,
    );
    this.addSql(`create index "product_tenant_id_title_id_index" on "catalog"."product" ("tenant_id", "title", "id");`);
    this.addSql(
      `create index "product_tenant_id_category_id_index" on "catalog"."product" ("tenant_id", "category_id");`,
    );
    this.addSql(
      `alter table "catalog"."product" add constraint "product_tenant_id_handle_unique" unique ("tenant_id", "handle");`,
    );

    this.addSql(
      `create table "catalog"."product_variant" ("id" uuid not null, "tenant_id" uuid not null, "product_id" uuid not null, "sku" text not null, "title" text not null, "options" jsonb not null, "base_prices" jsonb not null, "barcode" text null, "weight_grams" int null, "requires_shipping" boolean not null, "tax_code" text not null, "position" int not null, primary key ("id"));`,
    );
    this.addSql(
      `create index "product_variant_tenant_id_product_id_position_index" on "catalog"."product_variant" ("tenant_id", "product_id", "position");`,
    );
    this.addSql(
      `alter table "catalog"."product_variant" add constraint "product_variant_tenant_id_sku_unique" unique ("tenant_id", "sku") deferrable initially immediate;`,
    );

    this.addSql(
      `create table "catalog"."search_token" ("tenant_id" uuid not null, "product_id" uuid not null, "token" text not null, "occurrences" int not null, primary key ("tenant_id", "product_id", "token"));`,
    );
    this.addSql(
      `create index "search_token_prefix_index" on "catalog"."search_token" ("tenant_id", "token" collate "C", "product_id", "occurrences");`,
    );

    this.addSql(`alter table "catalog"."category" enable row level security;`);
    this.addSql(`alter table "catalog"."category" force row level security;`);
    this.addSql(
      `create policy "tenant" on "catalog"."category" to "app_catalog" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "catalog"."category" as restrictive to "app_catalog" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "catalog"."consumer_mark" enable row level security;`);
    this.addSql(`alter table "catalog"."consumer_mark" force row level security;`);
    this.addSql(
      `create policy "tenant" on "catalog"."consumer_mark" to "app_catalog" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "catalog"."consumer_mark" as restrictive to "app_catalog" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "catalog"."idempotency_key" enable row level security;`);
    this.addSql(`alter table "catalog"."idempotency_key" force row level security;`);
    this.addSql(
      `create policy "tenant" on "catalog"."idempotency_key" to "app_catalog" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "catalog"."idempotency_key" as restrictive to "app_catalog" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "catalog"."inbox" enable row level security;`);
    this.addSql(`alter table "catalog"."inbox" force row level security;`);
    this.addSql(
      `create policy "tenant" on "catalog"."inbox" to "app_catalog" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "catalog"."inbox" as restrictive to "app_catalog" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "catalog"."merchant" enable row level security;`);
    this.addSql(`alter table "catalog"."merchant" force row level security;`);
    this.addSql(
      `create policy "tenant" on "catalog"."merchant" to "app_catalog" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "catalog"."merchant" as restrictive to "app_catalog" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "catalog"."outbox" enable row level security;`);
    this.addSql(`alter table "catalog"."outbox" force row level security;`);
    this.addSql(
      `create policy "tenant" on "catalog"."outbox" to "app_catalog" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "catalog"."outbox" as restrictive to "app_catalog" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(`create policy "relay_select" on "catalog"."outbox" for select to "relay_catalog" using (true);`);
    this.addSql(
      `create policy "relay_update" on "catalog"."outbox" for update to "relay_catalog" using (true) with check (true);`,
    );

    this.addSql(`alter table "catalog"."outbox_sequence" enable row level security;`);
    this.addSql(`alter table "catalog"."outbox_sequence" force row level security;`);
    this.addSql(
      `create policy "tenant" on "catalog"."outbox_sequence" to "app_catalog" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "catalog"."outbox_sequence" as restrictive to "app_catalog" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "catalog"."parked_event" enable row level security;`);
    this.addSql(`alter table "catalog"."parked_event" force row level security;`);
    this.addSql(
      `create policy "tenant" on "catalog"."parked_event" to "app_catalog" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "catalog"."parked_event" as restrictive to "app_catalog" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(`create policy "relay_select" on "catalog"."parked_event" for select to "relay_catalog" using (true);`);

    this.addSql(`alter table "catalog"."product" enable row level security;`);
    this.addSql(`alter table "catalog"."product" force row level security;`);
    this.addSql(
      `create policy "tenant" on "catalog"."product" to "app_catalog" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "catalog"."product" as restrictive to "app_catalog" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "catalog"."product_variant" enable row level security;`);
    this.addSql(`alter table "catalog"."product_variant" force row level security;`);
    this.addSql(
      `create policy "tenant" on "catalog"."product_variant" to "app_catalog" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "catalog"."product_variant" as restrictive to "app_catalog" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "catalog"."search_token" enable row level security;`);
    this.addSql(`alter table "catalog"."search_token" force row level security;`);
    this.addSql(
      `create policy "tenant" on "catalog"."search_token" to "app_catalog" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "catalog"."search_token" as restrictive to "app_catalog" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "catalog"."category" cascade;`);
    this.addSql(`drop table if exists "catalog"."consumer_mark" cascade;`);
    this.addSql(`drop table if exists "catalog"."idempotency_key" cascade;`);
    this.addSql(`drop table if exists "catalog"."inbox" cascade;`);
    this.addSql(`drop table if exists "catalog"."merchant" cascade;`);
    this.addSql(`drop table if exists "catalog"."outbox" cascade;`);
    this.addSql(`drop table if exists "catalog"."outbox_sequence" cascade;`);
    this.addSql(`drop table if exists "catalog"."parked_event" cascade;`);
    this.addSql(`drop table if exists "catalog"."product" cascade;`);
    this.addSql(`drop table if exists "catalog"."product_variant" cascade;`);
    this.addSql(`drop table if exists "catalog"."search_token" cascade;`);

    this.addSql(`drop schema if exists "catalog";`);
  }
}

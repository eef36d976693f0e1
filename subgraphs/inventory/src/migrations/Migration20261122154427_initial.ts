import { Migration } from '@mikro-orm/migrations';

export class Migration20261122154427_initial extends Migration {
  override name = 'Migration20261122154427_initial';

  override up(): void | Promise<void> {
    this.addSql(`create schema if not exists "inventory";`);
    this.addSql(
      `create table "inventory"."consumer_mark" ("tenant_id" uuid not null, "publisher" text not null, "aggregate_id" uuid not null, "sequence" int not null, primary key ("tenant_id", "publisher", "aggregate_id"));`,
    );

    this.addSql(
      `create table "inventory"."idempotency_key" ("tenant_id" uuid not null, "actor" text not null, "operation" text not null, "key" text not null, "fingerprint" text not null, "outcome" jsonb null, "created_at" timestamptz not null default now(), primary key ("tenant_id", "actor", "operation", "key"));`,
    );

    this.addSql(
      `create table "inventory"."inbox" ("tenant_id" uuid not null, "event_id" uuid not null, "publisher" text not null, "received_at" timestamptz not null default now(), primary key ("tenant_id", "event_id"));`,
    );

    this.addSql(
      `create table "inventory"."level" ("id" uuid not null, "tenant_id" uuid not null, "variant_id" uuid not null, "location_id" uuid not null, "on_hand" int not null, "reserved" int not null, "allocated" int not null, "safety_stock" int not null, "backorder_limit" int not null, "low_stock_threshold" int null, "override_quantity" int null, "override_reason" text null, "override_expires_at" timestamptz(3) null, "override_actor_type" text null, "override_actor_id" uuid null, "override_at" timestamptz(3) null, "updated_at" timestamptz(3) not null, "version" int not null, primary key ("id"));`,
    );
    this.addSql(`create index "level_tenant_id_id_index" on "inventory"."level" ("tenant_id", "id");`);
    this.addSql(
      `create index "level_tenant_id_location_id_index" on "inventory"."level" ("tenant_id", "location_id");`,
    );
    this.addSql(
      `create index "level_override_expires_at_index" on "inventory"."level" ("override_expires_at") where "override_expires_at" is not null;`,
    );
    this.addSql(
      `alter table "inventory"."level" add constraint "level_tenant_id_variant_id_location_id_unique" unique ("tenant_id", "variant_id", "location_id");`,
    );

    this.addSql(
      `create table "inventory"."settings" ("tenant_id" uuid not null, "allocation_strategy" text not null, "default_low_stock_threshold" int not null, "shows_quantity" boolean not null, "version" int not null default 1, primary key ("tenant_id"));`,
    );

    this.addSql(
      `create table "inventory"."location" ("id" uuid not null, "tenant_id" uuid not null, "name" text not null, "address" jsonb not null, "is_active" boolean not null, "priority" int not null, primary key ("id"));`,
    );
    this.addSql(
      `create index "location_tenant_id_priority_id_index" on "inventory"."location" ("tenant_id", "priority", "id");`,
    );

    this.addSql(
      `create table "inventory"."outbox" ("id" bigserial primary key, "event_id" uuid not null, "tenant_id" uuid not null, "aggregate_id" uuid not null, "sequence" int not null, "type" text not null, "version" int not null, "payload" jsonb not null, "occurred_at" timestamptz not null, "correlation_id" uuid not null, "causation_id" uuid null, "command_key" text null, "actor_type" text not null, "actor_id" uuid null, "traceparent" text null, "classification" text not null, "created_at" timestamptz not null default now(), "published_at" timestamptz null);`,
    );
    this.addSql(`create index "outbox_unpublished_index" on "inventory"."outbox" ("id") where "published_at" is null;`);
    this.addSql(`alter table "inventory"."outbox" add constraint "outbox_event_id_unique" unique ("event_id");`);
    this.addSql(
      `alter table "inventory"."outbox" add constraint "outbox_tenant_id_aggregate_id_sequence_unique" unique ("tenant_id", "aggregate_id", "sequence");`,
    );

    this.addSql(
      `create table "inventory"."outbox_sequence" ("tenant_id" uuid not null, "aggregate_id" uuid not null, "sequence" int not null, primary key ("tenant_id", "aggregate_id"));`,
    );

    this.addSql(
      `create table "inventory"."parked_event" ("id" uuid not null, "tenant_id" uuid not null, "publisher" text not null, "aggregate_id" uuid not null, "sequence" int not null, "type" text not null, "envelope" jsonb not null, "state" text not null, "attempts" int not null, "next_attempt_at" timestamptz not null, "last_error" text null, "parked_at" timestamptz not null default now(), primary key ("id"));`,
    );
    this.addSql(
      `create index "parked_event_state_next_attempt_at_index" on "inventory"."parked_event" ("state", "next_attempt_at");`,
    );
    this.addSql(
      `alter table "inventory"."parked_event" add constraint "parked_event_tenant_id_publisher_aggregate_id_sequence_unique" unique ("tenant_id", "publisher", "aggregate_id", "sequence");`,
    );

    this.addSql(
      `create table "inventory"."answer" ("tenant_id" uuid not null, "command_key" text not null, "cart_id" uuid not null, "order_id" uuid null, "type" text not null, "payload" jsonb not null, "answered_at" timestamptz(3) not null, primary key ("tenant_id", "command_key"));`,
    );
    this.addSql(
      `create index "answer_released_index" on "inventory"."answer" ("tenant_id", "order_id") where "type" = 'StockReleased';`,
    );

    this.addSql(
      `create table "inventory"."variant" ("id" uuid not null, "tenant_id" uuid not null, "sku" text not null, "requires_shipping" boolean not null, primary key ("id"));`,
    );
    this.addSql(`create index "variant_tenant_id_sku_index" on "inventory"."variant" ("tenant_id", "sku");`);

    this.addSql(
      `create table "inventory"."movement" ("id" uuid not null, "tenant_id" uuid not null, "level_id" uuid not null, "variant_id" uuid not null, "location_id" uuid not null, "kind" text not null, "delta_on_hand" int not null, "delta_reserved" int not null, "delta_allocated" int not null, "available_after" int not null, "reason" text null, "reference" text null, "actor_type" text not null, "actor_id" uuid null, "cart_id" uuid null, "order_id" uuid null, "reservation_id" uuid null, "refund_id" uuid null, "order_line_id" uuid null, "occurred_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(
      `create index "movement_tenant_id_level_id_occurred_at_id_index" on "inventory"."movement" ("tenant_id", "level_id", "occurred_at", "id");`,
    );
    this.addSql(
      `create unique index "movement_refund_unique" on "inventory"."movement" ("tenant_id", "refund_id", "order_line_id", "level_id") where "refund_id" is not null;`,
    );

    this.addSql(
      `create table "inventory"."reservation" ("id" uuid not null, "tenant_id" uuid not null, "cart_id" uuid not null, "order_id" uuid null, "level_id" uuid not null, "variant_id" uuid not null, "location_id" uuid not null, "quantity" int not null, "status" text not null, "expires_at" timestamptz(3) null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(
      `create index "reservation_tenant_id_cart_id_index" on "inventory"."reservation" ("tenant_id", "cart_id");`,
    );
    this.addSql(
      `create index "reservation_tenant_id_order_id_index" on "inventory"."reservation" ("tenant_id", "order_id");`,
    );
    this.addSql(
      `create index "reservation_tenant_id_variant_id_index" on "inventory"."reservation" ("tenant_id", "variant_id");`,
    );
    this.addSql(
      `create index "reservation_tenant_id_created_at_id_index" on "inventory"."reservation" ("tenant_id", "created_at", "id");`,
    );
    this.addSql(
      `create index "reservation_held_index" on "inventory"."reservation" ("tenant_id", "level_id", "expires_at") where "status" = 'HELD';`,
    );
    this.addSql(
      `create index "reservation_due_index" on "inventory"."reservation" ("expires_at") where "status" = 'HELD';`,
    );

    this.addSql(`alter table "inventory"."consumer_mark" enable row level security;`);
    this.addSql(`alter table "inventory"."consumer_mark" force row level security;`);
    this.addSql(
      `create policy "tenant" on "inventory"."consumer_mark" to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "inventory"."consumer_mark" as restrictive to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "inventory"."idempotency_key" enable row level security;`);
    this.addSql(`alter table "inventory"."idempotency_key" force row level security;`);
    this.addSql(
      `create policy "tenant" on "inventory"."idempotency_key" to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "inventory"."idempotency_key" as restrictive to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "inventory"."inbox" enable row level security;`);
    this.addSql(`alter table "inventory"."inbox" force row level security;`);
    this.addSql(
      `create policy "tenant" on "inventory"."inbox" to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "inventory"."inbox" as restrictive to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "inventory"."level" add constraint "level_on_hand_check" check (on_hand >= 0);`);
    this.addSql(`alter table "inventory"."level" add constraint "level_reserved_check" check (reserved >= 0);`);
    this.addSql(`alter table "inventory"."level" add constraint "level_allocated_check" check (allocated >= 0);`);
    this.addSql(`alter table "inventory"."level" enable row level security;`);
    this.addSql(`alter table "inventory"."level" force row level security;`);
    this.addSql(
      `create policy "tenant" on "inventory"."level" to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "inventory"."level" as restrictive to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(`create policy "relay_select" on "inventory"."level" for select to "relay_inventory" using (true);`);

    this.addSql(`alter table "inventory"."settings" enable row level security;`);
    this.addSql(`alter table "inventory"."settings" force row level security;`);
    this.addSql(
      `create policy "tenant" on "inventory"."settings" to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "inventory"."settings" as restrictive to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "inventory"."location" enable row level security;`);
    this.addSql(`alter table "inventory"."location" force row level security;`);
    this.addSql(
      `create policy "tenant" on "inventory"."location" to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "inventory"."location" as restrictive to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "inventory"."outbox" enable row level security;`);
    this.addSql(`alter table "inventory"."outbox" force row level security;`);
    this.addSql(
      `create policy "tenant" on "inventory"."outbox" to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "inventory"."outbox" as restrictive to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(`create policy "relay_select" on "inventory"."outbox" for select to "relay_inventory" using (true);`);
    this.addSql(
      `create policy "relay_update" on "inventory"."outbox" for update to "relay_inventory" using (true) with check (true);`,
    );

    this.addSql(`alter table "inventory"."outbox_sequence" enable row level security;`);
    this.addSql(`alter table "inventory"."outbox_sequence" force row level security;`);
    this.addSql(
      `create policy "tenant" on "inventory"."outbox_sequence" to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "inventory"."outbox_sequence" as restrictive to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "inventory"."parked_event" enable row level security;`);
    this.addSql(`alter table "inventory"."parked_event" force row level security;`);
    this.addSql(
      `create policy "tenant" on "inventory"."parked_event" to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "inventory"."parked_event" as restrictive to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "relay_select" on "inventory"."parked_event" for select to "relay_inventory" using (true);`,
    );

    this.addSql(`alter table "inventory"."answer" enable row level security;`);
    this.addSql(`alter table "inventory"."answer" force row level security;`);
    this.addSql(
      `create policy "tenant" on "inventory"."answer" to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "inventory"."answer" as restrictive to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "inventory"."variant" enable row level security;`);
    this.addSql(`alter table "inventory"."variant" force row level security;`);
    this.addSql(
      `create policy "tenant" on "inventory"."variant" to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "inventory"."variant" as restrictive to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "inventory"."movement" enable row level security;`);
    this.addSql(`alter table "inventory"."movement" force row level security;`);
    this.addSql(
      `create policy "tenant" on "inventory"."movement" to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "inventory"."movement" as restrictive to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(
      `alter table "inventory"."reservation" add constraint "reservation_quantity_check" check (quantity > 0);`,
    );
    this.addSql(`alter table "inventory"."reservation" enable row level security;`);
    this.addSql(`alter table "inventory"."reservation" force row level security;`);
    this.addSql(
      `create policy "tenant" on "inventory"."reservation" to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "inventory"."reservation" as restrictive to "app_inventory" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "relay_select" on "inventory"."reservation" for select to "relay_inventory" using (true);`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "inventory"."consumer_mark" cascade;`);
    this.addSql(`drop table if exists "inventory"."idempotency_key" cascade;`);
    this.addSql(`drop table if exists "inventory"."inbox" cascade;`);
    this.addSql(`drop table if exists "inventory"."level" cascade;`);
    this.addSql(`drop table if exists "inventory"."settings" cascade;`);
    this.addSql(`drop table if exists "inventory"."location" cascade;`);
    this.addSql(`drop table if exists "inventory"."outbox" cascade;`);
    this.addSql(`drop table if exists "inventory"."outbox_sequence" cascade;`);
    this.addSql(`drop table if exists "inventory"."parked_event" cascade;`);
    this.addSql(`drop table if exists "inventory"."answer" cascade;`);
    this.addSql(`drop table if exists "inventory"."variant" cascade;`);
    this.addSql(`drop table if exists "inventory"."movement" cascade;`);
    this.addSql(`drop table if exists "inventory"."reservation" cascade;`);

    this.addSql(`drop schema if exists "inventory";`);
  }
}

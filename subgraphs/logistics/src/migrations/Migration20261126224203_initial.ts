import { Migration } from '@mikro-orm/migrations';

export class Migration20261126224203_initial extends Migration {
  override name = 'Migration20261126224203_initial';

  override up(): void | Promise<void> {
    this.addSql(`create schema if not exists "logistics";`);
    this.addSql(
      `create table "logistics"."carrier_webhook" ("id" uuid not null, "tenant_id" uuid not null, "carrier_code" text not null, "webhook_id" text not null, "body" text null, "received_at" timestamptz(3) not null, "attempts" int not null, "due_at" timestamptz(3) null, "given_up_at" timestamptz(3) null, "problem" text null, primary key ("id"));`,
    );
    this.addSql(
      `create index "carrier_webhook_done_index" on "logistics"."carrier_webhook" ("received_at") where "due_at" is null and "given_up_at" is null;`,
    );
    this.addSql(
      `create index "carrier_webhook_tenant_done_index" on "logistics"."carrier_webhook" ("tenant_id", "received_at") where "due_at" is null and "given_up_at" is null;`,
    );
    this.addSql(
      `create index "carrier_webhook_due_index" on "logistics"."carrier_webhook" ("due_at", "id") where "due_at" is not null;`,
    );
    this.addSql(
      `alter table "logistics"."carrier_webhook" add constraint "carrier_webhook_tenant_id_carrier_code_webhook_id_unique" unique ("tenant_id", "carrier_code", "webhook_id");`,
    );

    this.addSql(
      `create table "logistics"."consumer_mark" ("tenant_id" uuid not null, "publisher" text not null, "aggregate_id" uuid not null, "sequence" int not null, primary key ("tenant_id", "publisher", "aggregate_id"));`,
    );

    this.addSql(
      `create table "logistics"."estimate_error" ("tenant_id" uuid not null, "carrier_code" text not null, "bucket" int not null, "samples" jsonb not null, primary key ("tenant_id", "carrier_code", "bucket"));`,
    );

    this.addSql(
      `create table "logistics"."idempotency_key" ("tenant_id" uuid not null, "actor" text not null, "operation" text not null, "key" text not null, "fingerprint" text not null, "outcome" jsonb null, "created_at" timestamptz not null default now(), primary key ("tenant_id", "actor", "operation", "key"));`,
    );

    this.addSql(
      `create table "logistics"."inbox" ("tenant_id" uuid not null, "event_id" uuid not null, "publisher" text not null, "received_at" timestamptz not null default now(), primary key ("tenant_id", "event_id"));`,
    );

    this.addSql(
      `create table "logistics"."settings" ("tenant_id" uuid not null, "is_dispatch_automatic" boolean not null, "dispatch_delay_seconds" int not null, "version" int not null default 1, primary key ("tenant_id"));`,
    );

    this.addSql(
      `create table "logistics"."order_allocation" ("tenant_id" uuid not null, "order_id" uuid not null, "lines" jsonb not null, primary key ("tenant_id", "order_id"));`,
    );

    this.addSql(
      `create table "logistics"."order_copy" ("id" uuid not null, "tenant_id" uuid not null, "cart_id" uuid not null, "customer_id" uuid null, "number" text not null, "state" text not null, "hold_ids" jsonb not null, "lines" jsonb not null, "shipping_address" jsonb null, "parcel_count" int not null, "prepare_key" text null, "prepare_carrier_code" text null, "stop_key" text null, "stopped_carrier_code" text null, "refund_ids" jsonb not null, primary key ("id"));`,
    );

    this.addSql(
      `create table "logistics"."outbox" ("id" bigserial primary key, "event_id" uuid not null, "tenant_id" uuid not null, "aggregate_id" uuid not null, "sequence" int not null, "type" text not null, "version" int not null, "payload" jsonb not null, "occurred_at" timestamptz not null, "correlation_id" uuid not null, "causation_id" uuid null, "command_key" text null, "actor_type" text not null, "actor_id" uuid null, "traceparent" text null, "classification" text not null, "created_at" timestamptz not null default now(), "published_at" timestamptz null);`,
    );
    this.addSql(`create index "outbox_unpublished_index" on "logistics"."outbox" ("id") where "published_at" is null;`);
    this.addSql(`alter table "logistics"."outbox" add constraint "outbox_event_id_unique" unique ("event_id");`);
    this.addSql(
      `alter table "logistics"."outbox" add constraint "outbox_tenant_id_aggregate_id_sequence_unique" unique ("tenant_id", "aggregate_id", "sequence");`,
    );

    this.addSql(
      `create table "logistics"."outbox_sequence" ("tenant_id" uuid not null, "aggregate_id" uuid not null, "sequence" int not null, primary key ("tenant_id", "aggregate_id"));`,
    );

    this.addSql(
      `create table "logistics"."parked_event" ("id" uuid not null, "tenant_id" uuid not null, "publisher" text not null, "aggregate_id" uuid not null, "sequence" int not null, "type" text not null, "envelope" jsonb not null, "state" text not null, "attempts" int not null, "next_attempt_at" timestamptz not null, "last_error" text null, "parked_at" timestamptz not null default now(), primary key ("id"));`,
    );
    this.addSql(
      `create index "parked_event_state_next_attempt_at_index" on "logistics"."parked_event" ("state", "next_attempt_at");`,
    );
    this.addSql(
      `alter table "logistics"."parked_event" add constraint "parked_event_tenant_id_publisher_aggregate_id_sequence_unique" unique ("tenant_id", "publisher", "aggregate_id", "sequence");`,
    );

    this.addSql(
      `create table "logistics"."position" ("tenant_id" uuid not null, "shipment_id" uuid not null, "fix" jsonb null, "sequence" int not null, "heard_at" timestamptz(3) null, "is_stale" boolean not null, "suspects" jsonb not null, "meters_per_second" double precision null, "predictions" jsonb not null, "dropped" jsonb not null, "track_hash" text not null, "thin_due_at" timestamptz(3) null, "thinned_until" timestamptz(3) null, primary key ("tenant_id", "shipment_id"));`,
    );
    this.addSql(`create index "position_stale_index" on "logistics"."position" ("heard_at") where not "is_stale";`);
    this.addSql(
      `create index "position_thin_index" on "logistics"."position" ("thin_due_at") where "thin_due_at" is not null;`,
    );

    this.addSql(
      `create table "logistics"."shipment" ("id" uuid not null, "tenant_id" uuid not null, "order_id" uuid not null, "cart_id" uuid not null, "customer_id" uuid null, "number" text not null, "return_id" uuid null, "is_return" boolean not null, "location_id" uuid not null, "lines" jsonb not null, "status" text not null, "status_since" timestamptz(3) not null, "carrier_status" text null, "carrier_code" text not null, "tracking_number" text null, "tracking_url" text null, "destination" jsonb null, "destination_point" jsonb null, "planned_route" text null, "operation" text null, "operation_due_at" timestamptz(3) null, "operation_attempts" int not null, "carrier_problem" text null, "dispatch_due_at" timestamptz(3) null, "dispatched_at" timestamptz(3) null, "picked_up_at" timestamptz(3) null, "delivered_at" timestamptz(3) null, "signed_by" jsonb null, "handover_point" jsonb null, "is_near" boolean not null, "has_arriving_told" boolean not null, "expected_at" timestamptz(3) null, "latest_at" timestamptz(3) null, "estimated_at" timestamptz(3) null, "meters_left" int null, "stops_left" int null, "announced_at" timestamptz(3) null, "promised_at" timestamptz(3) null, "is_delayed" boolean not null, "event_count" int not null, "created_at" timestamptz(3) not null, "version" int not null, primary key ("id"));`,
    );
    this.addSql(
      `create index "shipment_tenant_id_order_id_id_index" on "logistics"."shipment" ("tenant_id", "order_id", "id");`,
    );
    this.addSql(
      `create index "shipment_tenant_id_created_at_id_index" on "logistics"."shipment" ("tenant_id", "created_at", "id");`,
    );
    this.addSql(
      `create index "shipment_tenant_id_status_created_at_index" on "logistics"."shipment" ("tenant_id", "status", "created_at");`,
    );
    this.addSql(
      `create index "shipment_tenant_id_carrier_code_created_at_index" on "logistics"."shipment" ("tenant_id", "carrier_code", "created_at");`,
    );
    this.addSql(
      `create index "shipment_late_index" on "logistics"."shipment" ("tenant_id", "created_at") where "is_delayed";`,
    );
    this.addSql(
      `create index "shipment_operation_index" on "logistics"."shipment" ("operation_due_at") where "operation" is not null;`,
    );
    this.addSql(
      `create index "shipment_dispatch_index" on "logistics"."shipment" ("dispatch_due_at") where "dispatch_due_at" is not null;`,
    );
    this.addSql(
      `alter table "logistics"."shipment" add constraint "shipment_tenant_id_number_unique" unique ("tenant_id", "number");`,
    );
    this.addSql(
      `alter table "logistics"."shipment" add constraint "shipment_tenant_id_return_id_unique" unique ("tenant_id", "return_id");`,
    );

    this.addSql(
      `create table "logistics"."shipment_change" ("tenant_id" uuid not null, "shipment_id" uuid not null, "version" int not null, "event_sequence" int null, primary key ("tenant_id", "shipment_id", "version"));`,
    );

    this.addSql(
      `create table "logistics"."track_fix" ("tenant_id" uuid not null, "shipment_id" uuid not null, "recorded_at" timestamptz(3) not null, "carrier_sequence" bigint not null, "sequence" int null, "latitude" double precision not null, "longitude" double precision not null, "heading_degrees" double precision null, "speed_meters_per_second" double precision null, "accuracy_meters" double precision null, "received_at" timestamptz(3) not null, "flag" text null, primary key ("tenant_id", "shipment_id", "recorded_at"));`,
    );
    this.addSql(
      `create index "track_fix_tenant_id_shipment_id_carrier_sequence_index" on "logistics"."track_fix" ("tenant_id", "shipment_id", "carrier_sequence");`,
    );

    this.addSql(
      `create table "logistics"."tracking_event" ("id" uuid not null, "tenant_id" uuid not null, "shipment_id" uuid not null, "sequence" int not null, "status" text not null, "description" text not null, "latitude" double precision null, "longitude" double precision null, "occurred_at" timestamptz(3) not null, "received_at" timestamptz(3) not null, "source" text not null, "carrier_reference" text null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "logistics"."tracking_event" add constraint "tracking_event_tenant_id_shipment_id_sequence_unique" unique ("tenant_id", "shipment_id", "sequence");`,
    );
    this.addSql(
      `alter table "logistics"."tracking_event" add constraint "tracking_event_tenant_id_shipment_id_carrier_reference_unique" unique ("tenant_id", "shipment_id", "carrier_reference");`,
    );

    this.addSql(`alter table "logistics"."carrier_webhook" enable row level security;`);
    this.addSql(`alter table "logistics"."carrier_webhook" force row level security;`);
    this.addSql(
      `create policy "tenant" on "logistics"."carrier_webhook" to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "logistics"."carrier_webhook" as restrictive to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "relay_select" on "logistics"."carrier_webhook" for select to "relay_logistics" using (true);`,
    );

    this.addSql(`alter table "logistics"."consumer_mark" enable row level security;`);
    this.addSql(`alter table "logistics"."consumer_mark" force row level security;`);
    this.addSql(
      `create policy "tenant" on "logistics"."consumer_mark" to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "logistics"."consumer_mark" as restrictive to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "logistics"."estimate_error" enable row level security;`);
    this.addSql(`alter table "logistics"."estimate_error" force row level security;`);
    this.addSql(
      `create policy "tenant" on "logistics"."estimate_error" to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "logistics"."estimate_error" as restrictive to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "logistics"."idempotency_key" enable row level security;`);
    this.addSql(`alter table "logistics"."idempotency_key" force row level security;`);
    this.addSql(
      `create policy "tenant" on "logistics"."idempotency_key" to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "logistics"."idempotency_key" as restrictive to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "logistics"."inbox" enable row level security;`);
    this.addSql(`alter table "logistics"."inbox" force row level security;`);
    this.addSql(
      `create policy "tenant" on "logistics"."inbox" to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "logistics"."inbox" as restrictive to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "logistics"."settings" enable row level security;`);
    this.addSql(`alter table "logistics"."settings" force row level security;`);
    this.addSql(
      `create policy "tenant" on "logistics"."settings" to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "logistics"."settings" as restrictive to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "logistics"."order_allocation" enable row level security;`);
    this.addSql(`alter table "logistics"."order_allocation" force row level security;`);
    this.addSql(
      `create policy "tenant" on "logistics"."order_allocation" to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "logistics"."order_allocation" as restrictive to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "logistics"."order_copy" enable row level security;`);
    this.addSql(`alter table "logistics"."order_copy" force row level security;`);
    this.addSql(
      `create policy "tenant" on "logistics"."order_copy" to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "logistics"."order_copy" as restrictive to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "logistics"."outbox" enable row level security;`);
    this.addSql(`alter table "logistics"."outbox" force row level security;`);
    this.addSql(
      `create policy "tenant" on "logistics"."outbox" to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "logistics"."outbox" as restrictive to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(`create policy "relay_select" on "logistics"."outbox" for select to "relay_logistics" using (true);`);
    this.addSql(
      `create policy "relay_update" on "logistics"."outbox" for update to "relay_logistics" using (true) with check (true);`,
    );

    this.addSql(`alter table "logistics"."outbox_sequence" enable row level security;`);
    this.addSql(`alter table "logistics"."outbox_sequence" force row level security;`);
    this.addSql(
      `create policy "tenant" on "logistics"."outbox_sequence" to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "logistics"."outbox_sequence" as restrictive to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "logistics"."parked_event" enable row level security;`);
    this.addSql(`alter table "logistics"."parked_event" force row level security;`);
    this.addSql(
      `create policy "tenant" on "logistics"."parked_event" to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "logistics"."parked_event" as restrictive to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "relay_select" on "logistics"."parked_event" for select to "relay_logistics" using (true);`,
    );

    this.addSql(`alter table "logistics"."position" enable row level security;`);
    this.addSql(`alter table "logistics"."position" force row level security;`);
    this.addSql(
      `create policy "tenant" on "logistics"."position" to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "logistics"."position" as restrictive to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(`create policy "relay_select" on "logistics"."position" for select to "relay_logistics" using (true);`);

    this.addSql(`alter table "logistics"."shipment" enable row level security;`);
    this.addSql(`alter table "logistics"."shipment" force row level security;`);
    this.addSql(
      `create policy "tenant" on "logistics"."shipment" to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "logistics"."shipment" as restrictive to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(`create policy "relay_select" on "logistics"."shipment" for select to "relay_logistics" using (true);`);

    this.addSql(`alter table "logistics"."shipment_change" enable row level security;`);
    this.addSql(`alter table "logistics"."shipment_change" force row level security;`);
    this.addSql(
      `create policy "tenant" on "logistics"."shipment_change" to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "logistics"."shipment_change" as restrictive to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "logistics"."track_fix" enable row level security;`);
    this.addSql(`alter table "logistics"."track_fix" force row level security;`);
    this.addSql(
      `create policy "tenant" on "logistics"."track_fix" to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "logistics"."track_fix" as restrictive to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "logistics"."tracking_event" enable row level security;`);
    this.addSql(`alter table "logistics"."tracking_event" force row level security;`);
    this.addSql(
      `create policy "tenant" on "logistics"."tracking_event" to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "logistics"."tracking_event" as restrictive to "app_logistics" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "logistics"."carrier_webhook" cascade;`);
    this.addSql(`drop table if exists "logistics"."consumer_mark" cascade;`);
    this.addSql(`drop table if exists "logistics"."estimate_error" cascade;`);
    this.addSql(`drop table if exists "logistics"."idempotency_key" cascade;`);
    this.addSql(`drop table if exists "logistics"."inbox" cascade;`);
    this.addSql(`drop table if exists "logistics"."settings" cascade;`);
    this.addSql(`drop table if exists "logistics"."order_allocation" cascade;`);
    this.addSql(`drop table if exists "logistics"."order_copy" cascade;`);
    this.addSql(`drop table if exists "logistics"."outbox" cascade;`);
    this.addSql(`drop table if exists "logistics"."outbox_sequence" cascade;`);
    this.addSql(`drop table if exists "logistics"."parked_event" cascade;`);
    this.addSql(`drop table if exists "logistics"."position" cascade;`);
    this.addSql(`drop table if exists "logistics"."shipment" cascade;`);
    this.addSql(`drop table if exists "logistics"."shipment_change" cascade;`);
    this.addSql(`drop table if exists "logistics"."track_fix" cascade;`);
    this.addSql(`drop table if exists "logistics"."tracking_event" cascade;`);

    this.addSql(`drop schema if exists "logistics";`);
  }
}

import { Migration } from '@mikro-orm/migrations';

export class Migration20261126213933_holds_and_copies extends Migration {
  override name = 'Migration20261126213933_holds_and_copies';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "loyalty"."category_copy" ("id" uuid not null, "tenant_id" uuid not null, primary key ("id"));`,
    );
    this.addSql(`create index "category_copy_tenant_id_id_index" on "loyalty"."category_copy" ("tenant_id", "id");`);

    this.addSql(
      `create table "loyalty"."answer" ("tenant_id" uuid not null, "command_key" text not null, "type" text not null, "payload" jsonb not null, "answered_at" timestamptz(3) not null, primary key ("tenant_id", "command_key"));`,
    );

    this.addSql(
      `create table "loyalty"."product_copy" ("id" uuid not null, "tenant_id" uuid not null, "category_id" uuid null, primary key ("id"));`,
    );
    this.addSql(`create index "product_copy_tenant_id_id_index" on "loyalty"."product_copy" ("tenant_id", "id");`);

    this.addSql(
      `create table "loyalty"."redemption" ("id" uuid not null, "tenant_id" uuid not null, "account_id" uuid not null, "cart_id" uuid not null, "order_id" uuid null, "status" text not null, "points" int not null, "value_minor" bigint not null, "currency_code" text not null, "parts" jsonb not null, "restored" int not null, "expires_at" timestamptz(3) not null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(
      `create index "redemption_tenant_id_account_id_status_index" on "loyalty"."redemption" ("tenant_id", "account_id", "status");`,
    );
    this.addSql(
      `create index "redemption_tenant_id_cart_id_index" on "loyalty"."redemption" ("tenant_id", "cart_id");`,
    );
    this.addSql(
      `create index "redemption_tenant_id_order_id_index" on "loyalty"."redemption" ("tenant_id", "order_id");`,
    );
    this.addSql(
      `create index "redemption_due_index" on "loyalty"."redemption" ("expires_at") where "status" = 'HELD';`,
    );

    this.addSql(
      `create table "loyalty"."reversal" ("id" uuid not null, "tenant_id" uuid not null, "account_id" uuid not null, "order_id" uuid not null, "status" text not null, "amount_minor" bigint not null, "lines" jsonb not null, "points_reversed" int not null, "points_restored" int not null, "shortfall" int not null, "forgiven" int not null, "taken" jsonb not null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "reversal_tenant_id_order_id_index" on "loyalty"."reversal" ("tenant_id", "order_id");`);
    this.addSql(
      `create index "reversal_tenant_id_account_id_status_index" on "loyalty"."reversal" ("tenant_id", "account_id", "status");`,
    );

    this.addSql(`alter table "loyalty"."category_copy" enable row level security;`);
    this.addSql(`alter table "loyalty"."category_copy" force row level security;`);
    this.addSql(
      `create policy "tenant" on "loyalty"."category_copy" to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "loyalty"."category_copy" as restrictive to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "loyalty"."answer" enable row level security;`);
    this.addSql(`alter table "loyalty"."answer" force row level security;`);
    this.addSql(
      `create policy "tenant" on "loyalty"."answer" to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "loyalty"."answer" as restrictive to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "loyalty"."product_copy" enable row level security;`);
    this.addSql(`alter table "loyalty"."product_copy" force row level security;`);
    this.addSql(
      `create policy "tenant" on "loyalty"."product_copy" to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "loyalty"."product_copy" as restrictive to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(
      `alter table "loyalty"."redemption" add constraint "redemption_restored_check" check (restored >= 0 and restored <= points);`,
    );
    this.addSql(`alter table "loyalty"."redemption" enable row level security;`);
    this.addSql(`alter table "loyalty"."redemption" force row level security;`);
    this.addSql(
      `create policy "tenant" on "loyalty"."redemption" to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "loyalty"."redemption" as restrictive to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(`create policy "relay_select" on "loyalty"."redemption" for select to "relay_loyalty" using (true);`);

    this.addSql(`alter table "loyalty"."reversal" enable row level security;`);
    this.addSql(`alter table "loyalty"."reversal" force row level security;`);
    this.addSql(
      `create policy "tenant" on "loyalty"."reversal" to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "loyalty"."reversal" as restrictive to "app_loyalty" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "loyalty"."category_copy" cascade;`);
    this.addSql(`drop table if exists "loyalty"."answer" cascade;`);
    this.addSql(`drop table if exists "loyalty"."product_copy" cascade;`);
    this.addSql(`drop table if exists "loyalty"."redemption" cascade;`);
    this.addSql(`drop table if exists "loyalty"."reversal" cascade;`);
  }
}

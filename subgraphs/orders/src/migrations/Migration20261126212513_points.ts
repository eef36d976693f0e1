import { Migration } from '@mikro-orm/migrations';

export class Migration20261126212513_points extends Migration {
  override name = 'Migration20261126212513_points';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "orders"."points_of_account" ("id" uuid not null, "tenant_id" uuid not null, "available" int not null, "sequence" int not null, primary key ("id"));`,
    );
    this.addSql(
      `create index "points_of_account_tenant_id_id_index" on "orders"."points_of_account" ("tenant_id", "id");`,
    );

    this.addSql(
      `create table "orders"."points_of_order" ("id" uuid not null, "tenant_id" uuid not null, "account_id" uuid not null, "earned" int not null, "pending" int not null, "reversed" int not null, "forgiven" int not null, "terms" jsonb null, primary key ("id"));`,
    );
    this.addSql(`create index "points_of_order_tenant_id_id_index" on "orders"."points_of_order" ("tenant_id", "id");`);

    this.addSql(
      `create table "orders"."points_program" ("id" uuid not null, "tenant_id" uuid not null, "policy" text not null, primary key ("id"));`,
    );
    this.addSql(`create index "points_program_tenant_id_index" on "orders"."points_program" ("tenant_id");`);

    this.addSql(
      `alter table "orders"."order" add "redemption_id" uuid null, add "redeemed_points" int not null default 0;`,
    );

    this.addSql(`alter table "orders"."order_line" add "loyalty_minor" bigint not null default '0';`);

    this.addSql(`alter table "orders"."points_of_account" enable row level security;`);
    this.addSql(`alter table "orders"."points_of_account" force row level security;`);
    this.addSql(
      `create policy "tenant" on "orders"."points_of_account" to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "orders"."points_of_account" as restrictive to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "orders"."points_of_order" enable row level security;`);
    this.addSql(`alter table "orders"."points_of_order" force row level security;`);
    this.addSql(
      `create policy "tenant" on "orders"."points_of_order" to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "orders"."points_of_order" as restrictive to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );

    this.addSql(`alter table "orders"."points_program" enable row level security;`);
    this.addSql(`alter table "orders"."points_program" force row level security;`);
    this.addSql(
      `create policy "tenant" on "orders"."points_program" to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "orders"."points_program" as restrictive to "app_orders" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "orders"."points_of_account" cascade;`);
    this.addSql(`drop table if exists "orders"."points_of_order" cascade;`);
    this.addSql(`drop table if exists "orders"."points_program" cascade;`);

    this.addSql(`alter table "orders"."order" drop column "redemption_id", drop column "redeemed_points";`);

    this.addSql(`alter table "orders"."order_line" drop column "loyalty_minor";`);
  }
}

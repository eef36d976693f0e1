import { Migration } from '@mikro-orm/migrations';

export class Migration20261126205005_inbox extends Migration {
  override name = 'Migration20261126205005_inbox';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "notifications"."inbox_counter" ("tenant_id" uuid not null, "customer_id" uuid not null, "last_sequence" int not null, primary key ("tenant_id", "customer_id"));`,
    );

    this.addSql(
      `alter table "notifications"."notification" add "inbox_sequence" int null, add "read_at" timestamptz(3) null;`,
    );
    this.addSql(
      `create unique index "notification_inbox_index" on "notifications"."notification" ("tenant_id", "customer_id", "inbox_sequence") where "inbox_sequence" is not null;`,
    );
    this.addSql(
      `create index "notification_unread_index" on "notifications"."notification" ("tenant_id", "customer_id", "inbox_sequence") where "inbox_sequence" is not null and "read_at" is null;`,
    );

    this.addSql(`alter table "notifications"."inbox_counter" enable row level security;`);
    this.addSql(`alter table "notifications"."inbox_counter" force row level security;`);
    this.addSql(
      `create policy "tenant" on "notifications"."inbox_counter" to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
    this.addSql(
      `create policy "tenant_guard" on "notifications"."inbox_counter" as restrictive to "app_notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "notifications"."inbox_counter" cascade;`);

    this.addSql(`drop index "notifications"."notification_inbox_index";`);
    this.addSql(`drop index "notifications"."notification_unread_index";`);
    this.addSql(`alter table "notifications"."notification" drop column "inbox_sequence", drop column "read_at";`);
  }
}

import { Migration } from '@mikro-orm/migrations';

export class Migration20261127033535_timeline_changes extends Migration {
  override name = 'Migration20261127033535_timeline_changes';

  override up(): void | Promise<void> {
    this.addSql(
      `alter table "orders"."timeline_event" add "order_version" int not null default 0, add "changes_order" boolean not null default false;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "orders"."timeline_event" drop column "order_version", drop column "changes_order";`);
  }
}

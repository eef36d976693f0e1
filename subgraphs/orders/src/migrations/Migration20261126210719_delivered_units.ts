import { Migration } from '@mikro-orm/migrations';

export class Migration20261126210719_delivered_units extends Migration {
  override name = 'Migration20261126210719_delivered_units';

  override up(): void | Promise<void> {
    this.addSql(`alter table "orders"."order_line" add "delivered_quantity" int not null default 0;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "orders"."order_line" drop column "delivered_quantity";`);
  }
}

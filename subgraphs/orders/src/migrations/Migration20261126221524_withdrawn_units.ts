import { Migration } from '@mikro-orm/migrations';

export class Migration20261126221524_withdrawn_units extends Migration {
  override name = 'Migration20261126221524_withdrawn_units';

  override up(): void | Promise<void> {
    this.addSql(`alter table "orders"."order_line" add "withdrawn_quantity" int not null default 0;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "orders"."order_line" drop column "withdrawn_quantity";`);
  }
}

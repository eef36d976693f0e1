import { Migration } from '@mikro-orm/migrations';

export class Migration20261126210723_shipped_units extends Migration {
  override name = 'Migration20261126210723_shipped_units';

  override up(): void | Promise<void> {
    this.addSql(`alter table "inventory"."reservation" add "shipped_quantity" int not null default 0;`);
    this.addSql(
      `alter table "inventory"."reservation" add constraint "reservation_shipped_check" check (shipped_quantity >= 0 and shipped_quantity <= quantity and (status = 'SHIPPED') = (shipped_quantity = quantity));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "inventory"."reservation" drop constraint "reservation_shipped_check";`);
    this.addSql(`alter table "inventory"."reservation" drop column "shipped_quantity";`);
  }
}

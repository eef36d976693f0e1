import { Migration } from '@mikro-orm/migrations';

export class Migration20261126220754_points_as_of_sequence extends Migration {
  override name = 'Migration20261126220754_points_as_of_sequence';

  override up(): void | Promise<void> {
    this.addSql(`alter table "orders"."points_of_order" add "sequence" int not null default 0;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "orders"."points_of_order" drop column "sequence";`);
  }
}

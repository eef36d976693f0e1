import { Migration } from '@mikro-orm/migrations';

export class Migration20261127034440_sold_currencies extends Migration {
  override name = 'Migration20261127034440_sold_currencies';

  override up(): void | Promise<void> {
    this.addSql(`alter table "loyalty"."program" add "sold_currency_codes" text[] null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "loyalty"."program" drop column "sold_currency_codes";`);
  }
}

import { Migration } from '@mikro-orm/migrations';

export class Migration20261127000120_category_parents extends Migration {
  override name = 'Migration20261127000120_category_parents';

  override up(): void | Promise<void> {
    this.addSql(`alter table "loyalty"."category_copy" add "parent_id" uuid null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "loyalty"."category_copy" drop column "parent_id";`);
  }
}

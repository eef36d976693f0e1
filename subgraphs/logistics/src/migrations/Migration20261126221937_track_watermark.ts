import { Migration } from '@mikro-orm/migrations';

export class Migration20261126221937_track_watermark extends Migration {
  override name = 'Migration20261126221937_track_watermark';

  override up(): void | Promise<void> {
    this.addSql(`alter table "logistics"."position" add "thinned_until" timestamptz(3) null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "logistics"."position" drop column "thinned_until";`);
  }
}

import { Migration } from '@mikro-orm/migrations';

export class Migration20261126221347_refunds_before_shipping extends Migration {
  override name = 'Migration20261126221347_refunds_before_shipping';

  override up(): void | Promise<void> {
    this.addSql(`drop index "inventory"."movement_refund_unique";`);
    this.addSql(
      `create unique index "movement_refund_line_unique" on "inventory"."movement" ("tenant_id", "refund_id", "order_line_id", "level_id", "kind", "reservation_id") nulls not distinct where "refund_id" is not null;`,
    );

    this.addSql(`alter table "inventory"."reservation" drop constraint "reservation_shipped_check";`);
    this.addSql(`alter table "inventory"."reservation" add "released_quantity" int not null default 0;`);
    this.addSql(
      `alter table "inventory"."reservation" add constraint "reservation_shipped_check" check (shipped_quantity >= 0 and released_quantity >= 0 and shipped_quantity + released_quantity <= quantity and (status = 'SHIPPED') = (shipped_quantity > 0 and shipped_quantity + released_quantity = quantity));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "inventory"."movement_refund_line_unique";`);
    this.addSql(
      `create unique index "movement_refund_unique" on "inventory"."movement" ("tenant_id", "refund_id", "order_line_id", "level_id") where "refund_id" is not null;`,
    );

    this.addSql(`alter table "inventory"."reservation" drop constraint "reservation_shipped_check";`);
    this.addSql(`alter table "inventory"."reservation" drop column "released_quantity";`);
    this.addSql(
      `alter table "inventory"."reservation" add constraint "reservation_shipped_check" check (shipped_quantity >= 0 and shipped_quantity <= quantity and (status = 'SHIPPED') = (shipped_quantity = quantity));`,
    );
  }
}

import { Migration } from '@mikro-orm/migrations';

export class Migration20261126221408_webhooks_given_up extends Migration {
  override name = 'Migration20261126221408_webhooks_given_up';

  override up(): void | Promise<void> {
    this.addSql(`alter table "logistics"."carrier_webhook" add "given_up_at" timestamptz(3) null;`);
    // What was given up stays, so it is not among what is done.
    this.addSql(`drop index "logistics"."carrier_webhook_done_index";`);
    this.addSql(`drop index "logistics"."carrier_webhook_tenant_done_index";`);
    this.addSql(
      `create index "carrier_webhook_done_index" on "logistics"."carrier_webhook" ("received_at") where "due_at" is null and "given_up_at" is null;`,
    );
    this.addSql(
      `create index "carrier_webhook_tenant_done_index" on "logistics"."carrier_webhook" ("tenant_id", "received_at") where "due_at" is null and "given_up_at" is null;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "logistics"."carrier_webhook_done_index";`);
    this.addSql(`drop index "logistics"."carrier_webhook_tenant_done_index";`);
    this.addSql(
      `create index "carrier_webhook_done_index" on "logistics"."carrier_webhook" ("received_at") where "due_at" is null;`,
    );
    this.addSql(
      `create index "carrier_webhook_tenant_done_index" on "logistics"."carrier_webhook" ("tenant_id", "received_at") where "due_at" is null;`,
    );
    this.addSql(`alter table "logistics"."carrier_webhook" drop column "given_up_at";`);
  }
}

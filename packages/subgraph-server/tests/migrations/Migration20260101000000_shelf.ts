import { MikroORM } from '@mikro-orm/postgresql';
import { Migration } from '@mikro-orm/migrations';
import { messagingTables } from '@ordergraph/events';
import { ShelfItem } from '../shelf.ts';

export class Migration20260101000000_shelf extends Migration {
  override name = 'Migration20260101000000_shelf';

  override async up(): Promise<void> {
    // Asked of the entities, so that the tests never lag behind them.
    const orm = new MikroORM({
      clientUrl: 'postgresql://127.0.0.1/unused',
      entities: [ShelfItem, ...messagingTables('catalog')],
      schema: 'catalog',
    });
    this.addSql(await orm.schema.getCreateSchemaSQL({ wrap: false }));
  }
}

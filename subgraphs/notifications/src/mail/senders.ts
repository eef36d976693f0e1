import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Runtime } from '@ordergraph/subgraph-server';
import type { Delivery } from '../commands/claim-delivery.ts';
import { isOvertaken, settleDelivery } from '../commands/settle-delivery.ts';
import type { MailTransport } from './mail.ts';

/** As many as a process takes events at a time. With all of them at work, a mail waits less than its lease. */
const mostHandedOver = 8;

/** The senders of one running subgraph by its database driver, which its transactions and its tasks have in common. */
const bySubgraph = new WeakMap<object, Senders>();

/**
 * Sends mails. Whoever writes a mail down may lease it for the senders of this process in the same transaction, and hand
 * it over after the commit, so that nobody has to claim it. One that is lost with the process is due again when its
 * lease ends.
 */
export class Senders {
  readonly #mail: MailTransport;
  readonly #handedOver = new Set<Promise<void>>();
  #runtime: Runtime | undefined;

  constructor(mail: MailTransport) {
    this.#mail = mail;
  }

  /** The senders of the subgraph that `em` belongs to, when they are at work in this process and can take a mail now. */
  static free(em: SqlEntityManager): Senders | null {
    const senders = bySubgraph.get(em.getDriver());
    return senders && senders.#handedOver.size < mostHandedOver ? senders : null;
  }

  /** From now on mails are taken. */
  open(runtime: Runtime): void {
    this.#runtime = runtime;
    bySubgraph.set(runtime.em.getDriver(), this);
  }

  /** Takes a mail that was leased for this process, and sends it at once. */
  handOver(tenantId: string, delivery: Delivery): void {
    const runtime = this.#runtime;
    if (!runtime) return;
    const sending = this.send(runtime, tenantId, delivery)
      .catch((error: unknown) => runtime.log('A mail could not be settled; it is taken up when its lease ends.', error))
      .finally(() => this.#handedOver.delete(sending));
    this.#handedOver.add(sending);
  }

  /** Sends a mail that belongs to this process, and writes down what came of it. */
  async send(runtime: Runtime, tenantId: string, delivery: Delivery): Promise<void> {
    const result = await this.#mail.send(delivery);
    try {
      await runtime.transactAsSystem(tenantId, (tx) => settleDelivery(tx, delivery, result));
    } catch (error) {
      if (!isOvertaken(error)) throw error;
    }
  }

  /** Finishes what was handed over. */
  async close(): Promise<void> {
    await Promise.all(this.#handedOver);
    await this.#mail.close();
  }
}

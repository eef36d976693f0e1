import { connect } from 'nats';

/** Looks at what NATS JetStream carries. It comes back by itself to a server that is started again. */
export interface BrokerWatch {
  /**
   * How many messages the broker has taken so far; null while consumers still have some of them before them. Rejects
   * while the server is away.
   */
  taken(): Promise<number | null>;
  close(): Promise<void>;
}

/** Begins to look at the streams of a server. */
export async function watchBroker(url: string): Promise<BrokerWatch> {
  const connection = await connect({ servers: url, maxReconnectAttempts: -1, reconnectTimeWait: 250 });
  const manager = await connection.jetstreamManager();
  return {
    async taken() {
      let taken = 0;
      for await (const { config, state } of manager.streams.list()) {
        taken += state.last_seq;
        for await (const consumer of manager.consumers.list(config.name)) {
          if (consumer.num_pending + consumer.num_ack_pending > 0) return null;
        }
      }
      return taken;
    },
    close: () => connection.close(),
  };
}

import {
  connect,
  type ConsumerMessages,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
  type NatsConnection,
} from 'nats';
import { setTimeout as pause } from 'node:timers/promises';
import type { Bus, Publisher, PublishHints, ReplayRequest, Subscription } from './bus.ts';
import type { EventEnvelope } from './envelope.ts';
import {
  dataOf,
  envelopeOfMessage,
  headersOf,
  readReplayRequest,
  replayRequestData,
  subjectOf,
} from './jetstream-message.ts';
import {
  ensureConsumer,
  ensureStream,
  holdsAnyOf,
  isStreamMissing,
  streamName,
  subjectsOf,
} from './jetstream-store.ts';
import { stillWorkingMs, WorkInHand } from './work-in-hand.ts';

export interface JetStreamOptions {
  readonly servers: string;
  /** Copies of the stream: 3 where there is a cluster. */
  readonly replicas?: number;
  readonly onError: (message: string, error: unknown) => void;
}

const replaySubject = (publisher: string): string => `replay.${publisher}`;
const publishTimeoutMs = 5_000;

/**
 * The bus over NATS JetStream. Uses nothing newer than server 2.9: one durable pull consumer with one filter subject
 * per pair of consumer and publisher. The stream is disposable: when it comes back empty, all publishers refill it.
 */
export class JetStreamBus implements Bus {
  readonly isLocal = false;
  readonly #options: JetStreamOptions;
  readonly #connection: NatsConnection;
  readonly #publishers: Publisher[] = [];
  readonly #admissions = new Map<string, PromiseWithResolvers<void>>();
  readonly #readers = new Map<Subscription, ConsumerMessages>();
  readonly #inHand = new WorkInHand();
  readonly #closing = new AbortController();
  #manager!: JetStreamManager;
  #client!: JetStreamClient;
  #streamCreated = '';
  #isConnected = true;
  #heartbeat: NodeJS.Timeout | undefined;
  #recovery: Promise<void> | undefined;

  private constructor(options: JetStreamOptions, connection: NatsConnection) {
    this.#options = options;
    this.#connection = connection;
  }

  /** Connects, and creates the stream when the server has none. */
  static async connect(options: JetStreamOptions): Promise<JetStreamBus> {
    const connection = await connect({
      servers: options.servers,
      reconnect: true,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
    });
    const bus = new JetStreamBus(options, connection);
    bus.#streamCreated = await bus.#findStream();
    bus.#heartbeat = setInterval(() => {
      if (bus.#isConnected) bus.#inHand.sayStillWorking();
    }, stillWorkingMs);
    void bus.#watchConnection();
    return bus;
  }

  async publish(event: EventEnvelope, hints: PublishHints = {}): Promise<void> {
    await this.#admissionOf(event.publisher).promise;
    try {
      await this.#client.publish(subjectOf(event), dataOf(event), {
        // The stream drops a second message of one id for a while, which is what a repetition must not meet.
        ...(hints.isRepeat ? {} : { msgID: event.id }),
        headers: headersOf(event),
        timeout: publishTimeoutMs,
      });
    } catch (error) {
      if (isStreamMissing(error)) void this.#recover();
      throw error;
    }
  }

  async addPublisher(publisher: Publisher): Promise<void> {
    this.#publishers.push(publisher);
    this.#connection.subscribe(replaySubject(publisher.name), {
      callback: (error, message) => {
        if (error) return this.#options.onError('A replay request could not be received.', error);
        void this.#replay(publisher, message.data);
      },
    });
    // Somebody else may have created the stream that this publisher's earlier messages are missing from. Nothing of
    // it goes out before this look, which it would deceive.
    if (!(await holdsAnyOf(this.#manager, publisher.name))) await publisher.refill();
    this.#admissionOf(publisher.name).resolve();
  }

  async subscribe(subscription: Subscription): Promise<void> {
    await this.#read(subscription);
  }

  async overhear(publisher: string, listener: (event: EventEnvelope) => void): Promise<void> {
    this.#connection.subscribe(subjectsOf(publisher), {
      callback: (error, message) => {
        try {
          if (error) throw error;
          listener(envelopeOfMessage(message));
        } catch (cause) {
          this.#options.onError(`A listener to ${publisher} missed a message.`, cause);
        }
      },
    });
    // Nothing that is published after this answer is missed.
    await this.#connection.flush();
  }

  async requestReplay(request: ReplayRequest): Promise<void> {
    this.#connection.publish(replaySubject(request.publisher), replayRequestData(request));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const { promise, reject } of this.#admissions.values()) {
      promise.catch(() => undefined);
      reject(new Error('The bus is closed; the message stays in the outbox.'));
    }
    for (const reader of this.#readers.values()) reader.stop();
    await this.#inHand.done();
    clearInterval(this.#heartbeat);
    // Draining waits for the server's answer, and without a server there is nothing left to send.
    if (this.#isConnected) await this.#connection.drain().catch(() => undefined);
    await this.#connection.close();
    await this.#recovery;
  }

  #admissionOf(publisher: string): PromiseWithResolvers<void> {
    const known = this.#admissions.get(publisher);
    if (known) return known;
    const admission = Promise.withResolvers<void>();
    this.#admissions.set(publisher, admission);
    return admission;
  }

  async #replay(publisher: Publisher, data: Uint8Array): Promise<void> {
    try {
      await publisher.replay(readReplayRequest(data));
    } catch (error) {
      this.#options.onError(`A replay of ${publisher.name} failed; whoever misses the messages asks again.`, error);
    }
  }

  async #findStream(): Promise<string> {
    this.#manager = await this.#connection.jetstreamManager();
    this.#client = this.#connection.jetstream();
    return ensureStream(this.#manager, this.#options.replicas ?? 1);
  }

  async #read(subscription: Subscription): Promise<void> {
    const durable = `${subscription.consumer}-${subscription.publisher}`;
    await ensureConsumer(this.#manager, durable, subscription.publisher);
    const consumer = await this.#client.consumers.get(streamName, durable);
    const messages = await consumer.consume({ max_messages: 100 });
    this.#readers.get(subscription)?.stop();
    this.#readers.set(subscription, messages);
    void this.#pump(subscription, messages);
  }

  async #pump(subscription: Subscription, messages: ConsumerMessages): Promise<void> {
    try {
      for await (const message of messages) this.#inHand.take(message, this.#take(subscription, message));
    } catch (error) {
      if (!this.#isClosed)
        this.#options.onError(`Reading for ${subscription.consumer} stopped; it starts again.`, error);
    }
    // Another reader may have taken this one's place; else it ended by itself.
    while (!this.#isClosed && this.#readers.get(subscription) === messages) {
      await this.#read(subscription).catch((error: unknown) => {
        this.#options.onError(`Reading for ${subscription.consumer} could not start again; it is tried again.`, error);
        return this.#rest(1_000);
      });
    }
  }

  async #take(subscription: Subscription, message: JsMsg): Promise<void> {
    let event: EventEnvelope;
    try {
      event = envelopeOfMessage(message);
    } catch (error) {
      // It will never become readable. Its outbox row is the record; the gap it leaves is asked for again.
      this.#options.onError(`${subscription.consumer} refuses a message on ${message.subject}.`, error);
      return this.#answer(() => message.term());
    }
    try {
      await subscription.deliver(event);
    } catch (error) {
      if (!this.#isClosed) {
        this.#options.onError(
          `${subscription.consumer} could not keep ${event.type} ${event.id}; it comes again.`,
          error,
        );
      }
      return this.#answer(() => message.nak(Math.min(30_000, 250 * 2 ** message.info.redeliveryCount)));
    }
    // It is safe with the consumer. When this gets lost it comes again, and the consumer knows it.
    return this.#answer(() => message.ackAck());
  }

  async #answer(send: () => unknown): Promise<void> {
    try {
      await send();
    } catch {
      // The connection is gone; the server delivers the message again in its own time.
    }
  }

  async #watchConnection(): Promise<void> {
    for await (const status of this.#connection.status()) {
      if (status.type === 'disconnect') this.#isConnected = false;
      if (status.type !== 'reconnect') continue;
      this.#isConnected = true;
      void this.#recover();
    }
  }

  /** Looks whether the stream is still the one we knew. Another one has lost its store, consumers included. */
  #recover(): Promise<void> {
    this.#recovery ??= this.#restore().finally(() => {
      this.#recovery = undefined;
    });
    return this.#recovery;
  }

  async #restore(): Promise<void> {
    for (let attempt = 0; !this.#isClosed; attempt += 1) {
      try {
        const created = await this.#findStream();
        if (created === this.#streamCreated) return;
        for (const subscription of this.#readers.keys()) await this.#read(subscription);
        for (const publisher of this.#publishers) await publisher.refill();
        // Known only now: an attempt that failed half way has to begin again.
        this.#streamCreated = created;
        return;
      } catch (error) {
        if (this.#isClosed) return;
        this.#options.onError('The stream could not be restored; trying again.', error);
        await this.#rest(Math.min(5_000, 250 * 2 ** attempt));
      }
    }
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  async #rest(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#closing.signal }).catch(() => undefined);
  }
}

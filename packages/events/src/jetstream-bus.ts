import {
  AckPolicy,
  connect,
  headers,
  nanos,
  RetentionPolicy,
  StorageType,
  type ConsumerMessages,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
  type NatsConnection,
} from 'nats';
import type { Bus, Publisher, ReplayRequest, Subscription } from './bus.ts';
import type { EventEnvelope } from './envelope.ts';

export interface JetStreamOptions {
  readonly servers: string;
  /** Copies of the stream: 3 where there is a cluster. */
  readonly replicas?: number;
  readonly onError: (message: string, error: unknown) => void;
}

const stream = 'EVT';
const replaySubject = (publisher: string): string => `replay.${publisher}`;
const dayMs = 24 * 60 * 60_000;
const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** `evt.<tenant>.<publisher>.<event>.<aggregate>`: what a consumer filters on and what authorises a connection. */
function subjectOf(event: EventEnvelope): string {
  return `evt.${event.tenantId}.${event.publisher}.${event.type}.${event.aggregateId}`;
}

/** Attributes of CloudEvents 1.0 in binary mode, for anybody who reads the stream without our code. */
function headersOf(event: EventEnvelope) {
  const attributes = headers();
  attributes.set('ce-specversion', '1.0');
  attributes.set('ce-id', event.id);
  attributes.set('ce-type', `ordergraph.${event.publisher}.${event.type}.v${event.version}`);
  attributes.set('ce-source', `/ordergraph/${event.publisher}`);
  attributes.set('ce-subject', event.aggregateId);
  attributes.set('ce-time', event.occurredAt);
  attributes.set('ce-tenantid', event.tenantId);
  attributes.set('ce-correlationid', event.correlationId);
  if (event.causationId) attributes.set('ce-causationid', event.causationId);
  attributes.set('ce-sequence', String(event.sequence).padStart(20, '0'));
  if (event.commandKey) attributes.set('ce-commandkey', event.commandKey);
  if (event.traceparent) attributes.set('ce-traceparent', event.traceparent);
  attributes.set('ce-actortype', event.actor.type);
  if (event.actor.id) attributes.set('ce-actorid', event.actor.id);
  attributes.set('ce-dataclassification', event.classification);
  attributes.set('ce-datacontenttype', 'application/json');
  return attributes;
}

/** The envelope that a message carries. Throws when its subject names another tenant or publisher than its headers. */
function envelopeOfMessage(message: JsMsg): EventEnvelope {
  const value = (name: string): string => message.headers?.get(`ce-${name}`) ?? '';
  const [, , publisher = '', type = '', version = ''] = /^(ordergraph)\.([^.]+)\.([^.]+)\.v(\d+)$/.exec(value('type')) ?? [];
  const event: EventEnvelope = {
    id: value('id'),
    type,
    version: Number(version),
    publisher,
    tenantId: value('tenantid'),
    aggregateId: value('subject'),
    sequence: Number(value('sequence')),
    occurredAt: value('time'),
    correlationId: value('correlationid'),
    causationId: value('causationid') || null,
    commandKey: value('commandkey') || null,
    // Checked against the contract's enum by whoever writes it; a reader hands it on.
    actor: { type: value('actortype') as EventEnvelope['actor']['type'], id: value('actorid') || null },
    traceparent: value('traceparent') || null,
    classification: value('dataclassification'),
    payload: JSON.parse(decoder.decode(message.data)),
  };
  if (subjectOf(event) !== message.subject) {
    throw new Error(`The subject ${message.subject} and the headers of the message disagree; expected ${subjectOf(event)}.`);
  }
  return event;
}

/**
 * The bus over NATS JetStream. Uses nothing newer than server 2.9: one durable pull consumer with one filter subject
 * per pair of consumer and publisher. The stream is disposable: when it comes back empty, all publishers refill it.
 */
export class JetStreamBus implements Bus {
  readonly #options: JetStreamOptions;
  readonly #connection: NatsConnection;
  readonly #publishers: Publisher[] = [];
  readonly #readers = new Set<ConsumerMessages>();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #subscriptions: Subscription[] = [];
  #manager!: JetStreamManager;
  #client!: JetStreamClient;
  #streamCreated = '';
  #closed = false;

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
    await bus.#ensureStream();
    void bus.#watchReconnects();
    return bus;
  }

  async publish(event: EventEnvelope): Promise<void> {
    await this.#client.publish(subjectOf(event), encoder.encode(JSON.stringify(event.payload)), {
      msgID: event.id,
      headers: headersOf(event),
      timeout: 5_000,
    });
  }

  async addPublisher(publisher: Publisher): Promise<void> {
    this.#publishers.push(publisher);
    this.#connection.subscribe(replaySubject(publisher.name), {
      queue: publisher.name,
      callback: (error, message) => {
        if (error) return this.#options.onError('A replay request could not be read.', error);
        publisher
          .replay(message.json<ReplayRequest>())
          .catch((cause: unknown) => this.#options.onError('A replay failed.', cause));
      },
    });
    // Somebody else may have created the stream that this publisher's earlier messages are missing from.
    const { state } = await this.#manager.streams.info(stream, { subjects_filter: `evt.*.${publisher.name}.>` });
    if (Object.keys(state.subjects ?? {}).length === 0) await publisher.refill();
  }

  async subscribe(subscription: Subscription): Promise<void> {
    this.#subscriptions.push(subscription);
    await this.#read(subscription);
  }

  async requestReplay(request: ReplayRequest): Promise<void> {
    this.#connection.publish(replaySubject(request.publisher), encoder.encode(JSON.stringify(request)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const reader of this.#readers) reader.stop();
    await Promise.all(this.#inFlight);
    await this.#connection.drain();
  }

  async #ensureStream(): Promise<boolean> {
    this.#manager = await this.#connection.jetstreamManager();
    this.#client = this.#connection.jetstream();
    const info = await this.#manager.streams.info(stream).catch(() => undefined);
    if (info) {
      const isAnother = this.#streamCreated !== '' && this.#streamCreated !== info.created;
      this.#streamCreated = info.created;
      return isAnother;
    }
    const created = await this.#manager.streams.add({
      name: stream,
      subjects: ['evt.>'],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      max_age: nanos(7 * dayMs),
      duplicate_window: nanos(10 * 60_000),
      num_replicas: this.#options.replicas ?? 1,
      deny_delete: true,
    });
    const isAnother = this.#streamCreated !== '';
    this.#streamCreated = created.created;
    return isAnother;
  }

  async #read(subscription: Subscription): Promise<void> {
    const durable = `${subscription.consumer}-${subscription.publisher}`;
    await this.#manager.consumers.add(stream, {
      durable_name: durable,
      filter_subject: `evt.*.${subscription.publisher}.>`,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(30_000),
      max_ack_pending: 256,
    });
    const consumer = await this.#client.consumers.get(stream, durable);
    const messages = await consumer.consume({ max_messages: 100 });
    this.#readers.add(messages);
    void this.#pump(subscription, messages);
  }

  async #pump(subscription: Subscription, messages: ConsumerMessages): Promise<void> {
    try {
      for await (const message of messages) {
        const taken = this.#take(subscription, message).finally(() => this.#inFlight.delete(taken));
        this.#inFlight.add(taken);
      }
    } catch (error) {
      if (!this.#closed) this.#options.onError(`Reading for ${subscription.consumer} stopped.`, error);
    } finally {
      this.#readers.delete(messages);
    }
  }

  async #take(subscription: Subscription, message: JsMsg): Promise<void> {
    let event: EventEnvelope;
    try {
      event = envelopeOfMessage(message);
    } catch (error) {
      // It will never become readable. Its outbox row is the record; the gap it leaves is asked for again.
      this.#options.onError(`${subscription.consumer} refuses a message on ${message.subject}.`, error);
      message.term();
      return;
    }
    try {
      await subscription.deliver(event);
      await message.ackAck();
    } catch (error) {
      if (this.#closed) return;
      this.#options.onError(`${subscription.consumer} could not keep ${event.type} ${event.id}; it comes again.`, error);
      message.nak(Math.min(30_000, 250 * 2 ** message.info.redeliveryCount));
    }
  }

  /** After each reconnect: a stream that is not the one we knew has lost its store, consumers included. */
  async #watchReconnects(): Promise<void> {
    for await (const status of this.#connection.status()) {
      if (status.type !== 'reconnect' || this.#closed) continue;
      await this.#recover();
    }
  }

  async #recover(): Promise<void> {
    for (let attempt = 0; !this.#closed; attempt += 1) {
      try {
        if (!(await this.#ensureStream())) return;
        for (const reader of this.#readers) reader.stop();
        for (const subscription of this.#subscriptions) await this.#read(subscription);
        for (const publisher of this.#publishers) await publisher.refill();
        return;
      } catch (error) {
        this.#options.onError('The stream could not be restored after a reconnect; trying again.', error);
        await new Promise((resolve) => setTimeout(resolve, Math.min(5_000, 250 * 2 ** attempt)));
      }
    }
  }
}

import { AckPolicy, nanos, NatsError, RetentionPolicy, StorageType, type JetStreamManager } from 'nats';
import { ackWaitMs } from './work-in-hand.ts';

/** The one stream that holds all events. */
export const streamName = 'EVT';
export const subjectsOf = (publisher: string): string => `evt.*.${publisher}.>`;

const dayMs = 24 * 60 * 60_000;
const streamNotFound = 10059;
const messageNotFound = 10037;
const consumerNotFound = 10014;

const hasApiCode = (error: unknown, code: number): boolean =>
  error instanceof NatsError && error.api_error?.err_code === code;

/** The answer of an API call, or undefined when the server says that there is none. */
const foundOr = async <Found>(code: number, asked: Promise<Found>): Promise<Found | undefined> => {
  try {
    return await asked;
  } catch (error) {
    if (hasApiCode(error, code)) return undefined;
    throw error;
  }
};

/** Nobody listens on the subject: the server is there, the stream is not. */
export const isStreamMissing = (error: unknown): boolean => error instanceof NatsError && error.code === '503';

/** Makes the stream when the server has none. Answers when it was created, which is what tells it from its successor. */
export async function ensureStream({ streams }: JetStreamManager, replicas: number): Promise<string> {
  const found = await foundOr(streamNotFound, streams.info(streamName));
  const { created } =
    found ??
    (await streams.add({
      name: streamName,
      subjects: ['evt.>'],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      max_age: nanos(7 * dayMs),
      duplicate_window: nanos(10 * 60_000),
      num_replicas: replicas,
      deny_delete: true,
    }));
  return created;
}

/**
 * Makes the durable consumer of one publisher's events. One that an earlier version of this code made keeps its place in
 * the stream, and gets what is different now.
 */
export async function ensureConsumer(
  { consumers }: JetStreamManager,
  durable: string,
  publisher: string,
): Promise<void> {
  const changeable = { ack_wait: nanos(ackWaitMs), max_ack_pending: 256 };
  const found = await foundOr(consumerNotFound, consumers.info(streamName, durable));
  if (!found) {
    const fixed = { durable_name: durable, filter_subject: subjectsOf(publisher), ack_policy: AckPolicy.Explicit };
    await consumers.add(streamName, { ...fixed, ...changeable });
  } else if (
    found.config.ack_wait !== changeable.ack_wait ||
    found.config.max_ack_pending !== changeable.max_ack_pending
  ) {
    // Servers from 2.10 on refuse to make a consumer again that is different.
    await consumers.update(streamName, durable, changeable);
  }
}

/** Whether the stream holds a single event of a publisher. */
export async function holdsAnyOf({ streams }: JetStreamManager, publisher: string): Promise<boolean> {
  const last = streams.getMessage(streamName, { last_by_subj: subjectsOf(publisher) });
  return (await foundOr(messageNotFound, last)) !== undefined;
}

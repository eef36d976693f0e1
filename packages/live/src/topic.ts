/** What somebody watches: a kind and a bare id, such as `['order', orderId]`. */
export type LiveSubject = readonly [kind: string, id: string];

/** The channel that carries the news of one subject of one tenant. Made by `liveTopic` alone. */
export type LiveTopic = string & { readonly __liveTopic: never };

// Neither separators nor the wildcards of a broker can be part of a name.
const partForm = /^[0-9A-Za-z][0-9A-Za-z-]*$/;

/** Names a subject's channel, `t:<tenant>:<kind>:<id>`. Throws for a part that could stand for more than itself. */
export function liveTopic(tenantId: string, [kind, id]: LiveSubject): LiveTopic {
  for (const part of [tenantId, kind, id]) {
    if (!partForm.test(part)) throw new Error(`"${part}" is no part of a topic: expected letters, digits and hyphens.`);
  }
  // The brand says that the name was made here.
  return `t:${tenantId}:${kind}:${id}` as LiveTopic;
}

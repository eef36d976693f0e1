import type { Viewer } from '@ordergraph/identity';
import { tenantSelectorHeader } from '@ordergraph/identity';
import { Refusal } from '../errors.ts';
import type { Identification, Identify, RequestHeaders } from '../identity/authenticate.ts';
import type { EndReason } from './end-reason.ts';
import { isAbout, type Revocation, type Revocations } from './revocations.ts';
import type { Waiting } from './waiting.ts';

/** Who is at the other end of a socket or stream, and until when. */
export interface Session {
  readonly viewer: Viewer;
  readonly authorization: string | undefined;
  readonly tenant: string | undefined;
  readonly expiresAtMs: number | undefined;
  readonly issuedAtMs: number | undefined;
}

/** What can be done to whatever is open to a client. */
export interface Connection {
  readonly session: Session | undefined;
  /** Ends its subscriptions and closes it, such that a well-behaved client connects again. */
  close(code: number, message: string, reason: EndReason): void;
  /** What its reader has not taken: in queues, and handed to the network already. */
  readonly waiting: Waiting;
}

/** Opens sessions, and closes connections whose rights are gone. */
export interface Sessions {
  /** Rejects with a `Refusal`. */
  open(headers: RequestHeaders): Promise<Session>;
  /** The same caller with a newer token; rejects with a `Refusal` for another caller. */
  refresh(session: Session, authorization: string): Promise<Session>;
  /** Closes what belongs to whom the revocation is about, and refuses their tokens from before it. */
  revoke(revocation: Revocation): void;
  readonly connections: Set<Connection>;
}

export const forbidden = 4403;

/** What a client hears that connects to a gateway that stops. */
export const beingReplaced = (): Refusal =>
  new Refusal('OVERLOADED', 'This server is being replaced. Connect again.', { status: 503 });

export function createSessions(options: { identify: Identify; revocations: Revocations }): Sessions {
  const { identify, revocations } = options;
  const connections = new Set<Connection>();

  const open = async (headers: RequestHeaders): Promise<Session> => {
    const identification: Identification = await identify(headers);
    const { viewer, expiresAtMs, issuedAtMs } = identification;
    if (expiresAtMs !== undefined && expiresAtMs <= Date.now())
      throw new Refusal('UNAUTHENTICATED', 'The token has expired. Sign in again.', { status: 401 });
    if (revocations.covers(viewer, issuedAtMs))
      throw new Refusal(
        'UNAUTHENTICATED',
        'The rights of this caller have changed since the token was issued. Get a new token.',
        { status: 401 },
      );
    return {
      viewer,
      authorization: headers.get('authorization'),
      tenant: headers.get(tenantSelectorHeader),
      expiresAtMs,
      issuedAtMs,
    };
  };

  return {
    connections,
    open,
    async refresh({ viewer, tenant }, authorization) {
      const next = await open({
        get: (name) => (name === 'authorization' ? authorization : name === tenantSelectorHeader ? tenant : undefined),
      });
      const { tenantId, actor } = next.viewer;
      if (tenantId !== viewer.tenantId || actor.id !== viewer.actor.id || actor.type !== viewer.actor.type)
        throw new Refusal('FORBIDDEN', 'The new token is of somebody else. Open another connection for it.', {
          status: 403,
        });
      return next;
    },
    revoke(revocation) {
      revocations.add(revocation);
      const { at = Date.now() } = revocation;
      for (const connection of connections) {
        const { session } = connection;
        // What was opened with a newer token knows of it: events are told again after a failure.
        if (session && isAbout(revocation, session.viewer) && (session.issuedAtMs ?? 0) <= at)
          connection.close(forbidden, 'Rights have changed: connect again with a new token', 'token_expired');
      }
    },
  };
}

/** By whom connections are counted: a person or key by its id, others by their address. */
export const principalKey = ({ tenantId, actor }: Viewer, address: string): { key: string; isNamed: boolean } =>
  actor.id === null
    ? { key: `address ${address}`, isNamed: false }
    : { key: `${tenantId} ${actor.type} ${actor.id}`, isNamed: true };

import type { Viewer } from '@ordergraph/identity';
import type { Share } from './share-scope.ts';

/** Under whose rights a stream is read, and who else may read it. */
export interface AuthClass {
  /** The same for all who may share; undefined where nobody shares, not even the same caller with itself. */
  readonly key: string | undefined;
  /** Who asks the subgraphs. */
  readonly viewer: Viewer;
  /** Whether the class is one principal, who then asks under its own name. */
  readonly isPrincipal: boolean;
}

/**
 * The auth class of a subscriber. A stream that several principals share is read under the rights of the class alone, as
 * a caller without an id: never with the rights of whoever happened to come first.
 */
export function authClassOf({ scope: declared, grants }: Share, viewer: Viewer): AuthClass {
  const { tenantId, actor, requestId } = viewer;
  const scopes = [...viewer.scopes].sort();
  const shared = { tenantId, requestId };
  // What a shopper may see hangs on who it is: a shopper without an id would be taken for a guest.
  const hasRole = actor.type === 'STAFF' || actor.type === 'APP';
  const scope = declared === 'ROLE' && !hasRole ? 'PRINCIPAL' : declared;
  switch (scope) {
    case 'PRINCIPAL':
      // Callers without an id share one publishable token; what they may see hangs on secrets among their variables.
      return {
        key: actor.id === null ? undefined : JSON.stringify(['PRINCIPAL', actor.type, actor.id, scopes]),
        viewer,
        isPrincipal: true,
      };
    case 'ROLE':
      return {
        key: JSON.stringify(['ROLE', actor.type, scopes]),
        viewer: { ...shared, actor: { type: actor.type, id: null }, scopes },
        isPrincipal: false,
      };
    case 'TENANT':
      return {
        key: JSON.stringify(['TENANT', grants]),
        viewer: { ...shared, actor: { type: 'APP', id: null }, scopes: grants },
        isPrincipal: false,
      };
    case 'PUBLIC':
      return {
        key: 'PUBLIC',
        viewer: { ...shared, actor: { type: 'ANONYMOUS', id: null }, scopes: [] },
        isPrincipal: false,
      };
  }
}

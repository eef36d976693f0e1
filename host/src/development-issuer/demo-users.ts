import { builtInRoles, firstOwnerId, type BuiltInRole } from '@ordergraph/accounts-subgraph';
import type { ActorType } from '@ordergraph/identity';
import { demoMerchants } from '../demo/merchants.ts';

/** Users of one kind see and may do the same, each for their own merchant. */
export type UserKind = `STAFF ${BuiltInRole}` | 'CUSTOMER' | 'ANONYMOUS' | 'PLATFORM_OPERATOR';

/** Somebody whom one can be in the demo shops. */
export interface DemoUser {
  readonly label: string;
  readonly kind: UserKind;
  readonly name: string;
  readonly actorType: ActorType;
  readonly subject: string;
  readonly merchantId: string | null;
  readonly scopes: readonly string[];
}

/** A demo user with a fresh token. */
export interface SignedInUser extends DemoUser {
  readonly token: string;
}

/** All demo users: for each merchant its staff, its customers and a visitor; and the operator of the platform. */
export const demoUsers: readonly DemoUser[] = [
  ...demoMerchants.flatMap(({ id: merchantId, shop, owner, staff, customers, visitorId }): DemoUser[] => {
    const member = (role: BuiltInRole, person: { id: string; name: string }): DemoUser => ({
      label: `Staff, ${role} of ${shop.name}`,
      kind: `STAFF ${role}`,
      name: person.name,
      actorType: 'STAFF',
      subject: person.id,
      merchantId,
      scopes: builtInRoles[role],
    });
    return [
      member('owner', { id: firstOwnerId(merchantId), name: owner.name }),
      ...staff.map((person) => member(person.role, person)),
      ...customers.map(({ id, firstName, lastName }): DemoUser => {
        const name = `${firstName} ${lastName}`;
        return {
          label: `Customer ${name} of ${shop.name}`,
          kind: 'CUSTOMER',
          name,
          actorType: 'CUSTOMER',
          subject: id,
          merchantId,
          scopes: [],
        };
      }),
      {
        label: `Visitor of ${shop.name}, not signed in`,
        kind: 'ANONYMOUS',
        name: 'Visitor',
        actorType: 'ANONYMOUS',
        subject: visitorId,
        merchantId,
        scopes: [],
      },
    ];
  }),
  {
    label: 'Platform operator',
    kind: 'PLATFORM_OPERATOR',
    name: 'Platform operator',
    actorType: 'PLATFORM_OPERATOR',
    subject: '01900000-0000-7000-8000-00000000000f',
    merchantId: null,
    scopes: [],
  },
];

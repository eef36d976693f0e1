import type { EventHandlers } from '@ordergraph/events';

/** Customers listens to nothing: what it knows comes from the people themselves and from staff. */
export const handlers: EventHandlers = {};

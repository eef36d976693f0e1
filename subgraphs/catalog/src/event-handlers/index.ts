import type { EventHandlers } from '@ordergraph/events';

/** Catalog listens to nothing: it is where the story of a product begins. */
export const handlers: EventHandlers = {};

import type { EventHandlers } from '@ordergraph/events';

/** Accounts listens to nothing: merchants, people and keys are where every other story begins. */
export const handlers: EventHandlers = {};

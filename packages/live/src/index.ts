export { everyChange, type EveryChangeOptions, type Update, type Versioned } from './every-change.ts';
export { createLiveBus, type LiveBus, type LiveEngine, type LiveNotice, type LiveSignal } from './live-bus.ts';
export { createMemoryEngine } from './memory-engine.ts';
export { newest, type NewestOptions, type SubjectUpdate } from './newest.ts';
export { createRedisEngine } from './redis-engine.ts';
export { liveTopic, type LiveSubject, type LiveTopic } from './topic.ts';

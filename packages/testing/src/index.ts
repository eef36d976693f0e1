export { createDatabase, templateDatabase } from './create-database.ts';
export type { TestDatabase } from './create-database.ts';
export { findNatsServer, startNatsServer } from './nats-server.ts';
export type { NatsServer, NatsSource } from './nats-server.ts';
export { aViewer, expectData, startTestHouse } from './test-house.ts';
export type { TestHouse, TestHouseOptions } from './test-house.ts';
export { waitFor } from './wait-for.ts';
export type { WaitOptions } from './wait-for.ts';

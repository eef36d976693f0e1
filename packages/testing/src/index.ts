export { createDatabase, templateDatabase } from './create-database.ts';
export type { TestDatabase } from './create-database.ts';
export { aViewer, expectData, startTestHouse } from './test-house.ts';
export type { TestHouse, TestHouseOptions } from './test-house.ts';
export { waitFor } from './wait-for.ts';
export type { WaitOptions } from './wait-for.ts';

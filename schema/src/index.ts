export { isSubgraphName, readContractFile, subgraphNames, subgraphTypeDefs, supergraphSdl } from './subgraphs.ts';
export type { SubgraphName } from './subgraphs.ts';
export { buildEventContracts, buildEventSchema, eventContractFiles, eventContracts } from './event-contracts.ts';
export type { EventContract, EventContractFile, EventContracts } from './event-contracts.ts';
export type * from '../generated/events.ts';

export { startCarrier, type CarrierOptions, type RunningCarrier } from './start-carrier.ts';
export { scenarioKinds, type ScenarioKind } from './booking.ts';
export { gridCity, readRoads, type Roads } from './roads.ts';
export { simulateTrip, type SimulatedTrip } from './simulate-trip.ts';

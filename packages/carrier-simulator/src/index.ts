export { startCarrier, type CarrierOptions, type RunningCarrier } from './start-carrier.ts';
export { scenarioKinds, type ScenarioKind } from './booking.ts';

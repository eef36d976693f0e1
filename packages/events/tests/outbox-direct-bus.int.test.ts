import { OutboxDirectBus } from '../src/index.ts';
import { describeBus } from './bus-contract.ts';

describeBus('the bus of one process', async () => new OutboxDirectBus(), { skip: false });

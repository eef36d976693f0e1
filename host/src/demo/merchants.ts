import type { DemoMerchant } from './demo-merchant.ts';
import { fjordOutdoor } from './fjord-outdoor.ts';
import { kumoBooks } from './kumo-books.ts';

/** The demo shops. */
export const demoMerchants: readonly DemoMerchant[] = [fjordOutdoor, kumoBooks];

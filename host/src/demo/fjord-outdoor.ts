import type { DemoMerchant, DemoProduct } from './merchants.ts';

const sizes = { name: 'Size', values: ['S', 'M', 'L', 'XL'] };

const product = (
  category: string,
  handle: string,
  title: string,
  price: string,
  weightGrams: number,
  stock: number,
  description: string,
  more: Pick<DemoProduct, 'choice'> & { tags?: readonly string[]; taxCode?: string } = {},
): DemoProduct => ({
  tags: [],
  taxCode: 'standard',
  ...more,
  category,
  handle,
  title,
  price,
  weightGrams,
  stock,
  description,
});

/** Prices with tax in them, a currency of two digits, goods in sizes. */
export const fjordOutdoor: DemoMerchant = {
  id: '01900000-0000-7000-8000-000000000001',
  handle: 'fjord-outdoor',
  shop: {
    name: 'Fjord Outdoor',
    defaultCurrencyCode: 'EUR',
    currencyCodes: ['EUR'],
    countryCode: 'DE',
    timeZone: 'Europe/Berlin',
    languageCode: 'de',
    taxesIncluded: true,
    capturePolicy: 'ON_PLACEMENT',
    taxRates: [
      { taxCode: 'standard', title: 'VAT 19 %', rate: '0.19' },
      { taxCode: 'reduced', title: 'VAT 7 %', rate: '0.07' },
    ],
    returnWindowDays: 30,
    checkoutHoldSeconds: 600,
  },
  owner: { name: 'Solveig Brandt', email: 'solveig@fjord-outdoor.example' },
  staff: [
    { id: '01900000-0000-7000-8000-000000000101', name: 'Henrik Lang', email: 'henrik@fjord-outdoor.example', role: 'support' },
    { id: '01900000-0000-7000-8000-000000000102', name: 'Petra Sommer', email: 'petra@fjord-outdoor.example', role: 'viewer' },
  ],
  customers: [
    {
      id: '01900000-0000-7000-8000-000000000111',
      firstName: 'Jonas',
      lastName: 'Keller',
      email: 'jonas.keller@mail.example',
      languageCode: 'de',
      line1: 'Hafenstraße 12',
      postalCode: '20457',
      city: 'Hamburg',
    },
    {
      id: '01900000-0000-7000-8000-000000000112',
      firstName: 'Amelie',
      lastName: 'Vogt',
      email: 'amelie.vogt@mail.example',
      languageCode: 'de',
      line1: 'Lindenweg 3',
      postalCode: '79098',
      city: 'Freiburg',
    },
  ],
  visitorId: '01900000-0000-7000-8000-000000000191',
  categories: [
    { handle: 'clothing', name: 'Clothing' },
    { handle: 'camping', name: 'Camping' },
    { handle: 'provisions', name: 'Provisions' },
  ],
  products: [
    product('clothing', 'rain-jacket', 'Rain jacket Bryggen', '149.00', 420, 40, 'Keeps the west wind and its rain outside.', { choice: sizes, tags: ['rain'] }),
    product('clothing', 'wool-sweater', 'Wool sweater Voss', '99.90', 610, 30, 'Knitted from wool that was never bleached.', { choice: sizes, tags: ['wool', 'winter'] }),
    product('clothing', 'hiking-trousers', 'Hiking trousers Lom', '89.50', 380, 35, 'Four pockets, two of them with zips.', { choice: sizes }),
    product('clothing', 'wool-socks', 'Wool socks, two pairs', '19.95', 120, 200, 'Dry overnight on any stone.', { tags: ['wool'] }),
    product('clothing', 'cap', 'Cap Nordlys', '24.90', 90, 80, 'A brim against low sun.'),
    product('camping', 'tent-two', 'Tent for two', '329.00', 2600, 12, 'Stands in four minutes, also in the dark.', { tags: ['tent'] }),
    product('camping', 'sleeping-bag', 'Sleeping bag to −5 °C', '179.00', 1350, 25, 'Down from geese that kept theirs.', { tags: ['winter'] }),
    product('camping', 'stove', 'Spirit stove', '64.90', 480, 45, 'Boils half a litre in five minutes.'),
    product('camping', 'headlamp', 'Headlamp 300 lm', '39.90', 95, 120, 'Recharges by cable, glows red for reading maps.'),
    product('camping', 'water-bottle', 'Water bottle 0.75 l', '14.95', 140, 300, 'Steel, without a lining.', { choice: { name: 'Colour', values: ['Moss', 'Granite', 'Cloudberry'] } }),
    product('provisions', 'crispbread', 'Crispbread', '4.20', 250, 150, 'Rye, salt and water.', { taxCode: 'reduced', tags: ['food'] }),
    product('provisions', 'trail-mix', 'Trail mix 500 g', '8.90', 500, 100, 'Nuts and dried berries.', { taxCode: 'reduced', tags: ['food'] }),
  ],
  shipping: [
    { handle: 'parcel', title: 'Parcel, 2 to 3 days', price: '4.90', freeFrom: '75.00', countryCodes: ['DE', 'AT', 'NL', 'BE', 'DK'], carrierCode: 'parcel' },
    { handle: 'express', title: 'Express, next day', price: '14.90', freeFrom: null, countryCodes: ['DE'], carrierCode: 'express' },
  ],
};

import type { DemoMerchant, DemoProduct } from './merchants.ts';

const book = (handle: string, title: string, price: string, stock: number, category: string, description: string): DemoProduct => ({
  handle,
  title,
  description,
  category,
  tags: ['book'],
  taxCode: 'standard',
  price,
  weightGrams: 320,
  stock,
  choice: { name: 'Binding', values: ['Paperback', 'Hardcover'] },
});

/** Tax on top of prices, a currency without minor digits. */
export const kumoBooks: DemoMerchant = {
  id: '01900000-0000-7000-8000-000000000002',
  handle: 'kumo-books',
  shop: {
    name: 'Kumo Books',
    defaultCurrencyCode: 'JPY',
    currencyCodes: ['JPY'],
    countryCode: 'JP',
    timeZone: 'Asia/Tokyo',
    languageCode: 'en',
    taxesIncluded: false,
    capturePolicy: 'ON_PLACEMENT',
    taxRates: [
      { taxCode: 'standard', title: 'Consumption tax 10 %', rate: '0.1' },
      { taxCode: 'reduced', title: 'Consumption tax 8 %', rate: '0.08' },
    ],
    returnWindowDays: 14,
    checkoutHoldSeconds: 600,
  },
  owner: { name: 'Haruka Mori', email: 'haruka@kumo-books.example' },
  staff: [
    { id: '01900000-0000-7000-8000-000000000201', name: 'Kenji Arai', email: 'kenji@kumo-books.example', role: 'support' },
    { id: '01900000-0000-7000-8000-000000000202', name: 'Yui Tanabe', email: 'yui@kumo-books.example', role: 'viewer' },
  ],
  customers: [
    {
      id: '01900000-0000-7000-8000-000000000211',
      firstName: 'Sora',
      lastName: 'Ishii',
      email: 'sora.ishii@mail.example',
      languageCode: 'en',
      line1: '2-4-1 Kanda Jimbocho',
      postalCode: '101-0051',
      city: 'Tokyo',
    },
    {
      id: '01900000-0000-7000-8000-000000000212',
      firstName: 'Emi',
      lastName: 'Okada',
      email: 'emi.okada@mail.example',
      languageCode: 'en',
      line1: '5-8 Nishijin',
      postalCode: '814-0002',
      city: 'Fukuoka',
    },
  ],
  visitorId: '01900000-0000-7000-8000-000000000291',
  categories: [
    { handle: 'stories', name: 'Stories' },
    { handle: 'making', name: 'Making things' },
    { handle: 'paper', name: 'Paper goods' },
  ],
  products: [
    book('lighthouse-letters', 'Letters from the lighthouse', '1800', 60, 'stories', 'A keeper writes to whoever may read.'),
    book('night-train', 'The night train to Hakodate', '1650', 45, 'stories', 'Eleven passengers, one of them awake.'),
    book('cloud-atlas-field-guide', 'A field guide to clouds', '2400', 30, 'stories', 'What they are called and what they bring.'),
    book('the-umbrella-maker', 'The umbrella maker', '1500', 80, 'stories', 'A town where it has rained for nine years.'),
    book('bread-without-hurry', 'Bread without hurry', '2900', 40, 'making', 'Forty loaves and the days they take.'),
    book('joints-in-wood', 'Joints in wood', '3400', 25, 'making', 'Twenty ways to do without a nail.'),
    book('indigo', 'Indigo', '3100', 20, 'making', 'From the plant to the cloth.'),
    book('small-gardens', 'Small gardens', '2200', 35, 'making', 'What grows on a balcony that looks north.'),
    book('maps-for-walkers', 'Maps for walkers', '1950', 50, 'making', 'How to draw the way that you know.'),
    { ...book('notebook', 'Notebook, dotted', '680', 400, 'paper', 'Lies flat on any page.'), choice: { name: 'Colour', values: ['Grey', 'Blue', 'Red'] }, weightGrams: 210, tags: ['paper'] },
    { ...book('pencils', 'Six pencils', '520', 250, 'paper', 'Cedar, from 2H to 4B.'), choice: undefined, weightGrams: 60, tags: ['paper'] },
    { ...book('tea', 'Reading tea 80 g', '940', 90, 'paper', 'Roasted, for long evenings.'), choice: undefined, weightGrams: 110, taxCode: 'reduced', tags: ['tea'] },
  ],
  shipping: [
    { handle: 'post', title: 'Post, 2 to 4 days', price: '400', freeFrom: '5000', countryCodes: ['JP'], carrierCode: 'post' },
    { handle: 'courier', title: 'Courier, next day', price: '900', freeFrom: null, countryCodes: ['JP'], carrierCode: 'courier' },
  ],
};

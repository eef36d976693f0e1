/** Line drawings of 64 by 64 for goods without a picture, found by a word of their title, tags or category. */
export const glyphs: readonly { readonly words: RegExp; readonly paths: readonly string[] }[] = [
  {
    words: /jacket|coat|parka|anorak/i,
    paths: [
      'M25 14c0-7 14-7 14 0l9 5 8 31-8 2-4-16v20H20V36l-4 16-8-2 8-31z',
      'M32 22v34M25 14c0 5 3 8 7 8s7-3 7-8M25 40h3M36 40h3M9 46l8 2M55 46l-8 2',
    ],
  },
  {
    words: /sweater|jumper|pullover|cardigan|shirt/i,
    paths: [
      'M25 12c3 3 11 3 14 0l9 5 8 33-8 2-4-18v20H20V34l-4 18-8-2 8-33z',
      'M25 12c0 6 14 6 14 0M20 26l4 4 4-4 4 4 4-4 4 4 4-4M20 32l4 4 4-4 4 4 4-4 4 4 4-4M20 49h24M9 46l8 2M55 46l-8 2',
    ],
  },
  {
    words: /trouser|pants|jeans|shorts/i,
    paths: ['M20 8h24l5 48H37l-5-30-5 30H15z', 'M20 14h24M32 14v12M24 14c0 5-2 7-5 8M40 14c0 5 2 7 5 8'],
  },
  {
    words: /sock/i,
    paths: ['M18 8h14v26l-10 12c-3 4-8 5-11 2s-3-7 0-10l7-8z', 'M38 8h14v26L42 46c-3 4-8 5-11 2M18 15h14M38 15h14'],
  },
  {
    words: /\bcap\b|hat|beanie/i,
    paths: ['M10 38c0-14 9-22 20-22s18 8 18 22z', 'M28 38h22c5 0 8 3 8 6-8-2-18-2-30-1zM30 16v-3M10 38c6-3 12-4 20-4'],
  },
  { words: /tent/i, paths: ['M32 12 6 52h52z', 'M32 12v20L22 52M32 32l10 20M28 8l4 4 4-4'] },
  {
    words: /sleeping|blanket|duvet/i,
    paths: [
      'M20 8h24c4 0 6 3 6 7l-4 33c-.5 5-4 8-9 8h-10c-5 0-8.5-3-9-8l-4-33c0-4 2-7 6-7z',
      'M24 8c0 8 3 12 8 12s8-4 8-12M16 32c10 3 22 3 32 0M17 42c10 3 20 3 30 0',
    ],
  },
  {
    words: /stove|burner|cooker/i,
    paths: [
      'M16 32h32v8c0 8-6 14-16 14S16 48 16 40z',
      'M12 32h40M32 26c-5 0-8-4-6-9 2-4 5-5 5-10 5 3 9 7 8 13-1 4-3 6-7 6zM24 54l-3 5M40 54l3 5',
    ],
  },
  {
    words: /lamp|torch|light/i,
    paths: [
      'M22 24h20v16a10 10 0 0 1-20 0z',
      'M22 30h20M8 28c4-8 9-12 14-13M56 28c-4-8-9-12-14-13M32 8v6M22 9l2 5M42 9l-2 5',
    ],
  },
  {
    words: /bottle|flask|thermos/i,
    paths: ['M26 6h12v8l4 6v34c0 3-2 4-4 4H26c-2 0-4-1-4-4V20l4-6z', 'M26 11h12M22 26h20M22 46h20'],
  },
  {
    words: /bread|loaf/i,
    paths: [
      'M10 20h44v24H10z',
      'M16 26h.1M24 26h.1M32 26h.1M40 26h.1M48 26h.1M16 32h.1M24 32h.1M32 32h.1M40 32h.1M48 32h.1M16 38h.1M24 38h.1M32 38h.1M40 38h.1M48 38h.1',
    ],
  },
  {
    words: /nut|mix|berr|snack/i,
    paths: [
      'M18 12h28l4 44H14z',
      'M17 20h30M18 12l3-4h22l3 4M26 38c0-5 4-9 10-9 0 6-4 10-10 9zM32 46c4 0 7-2 8-6-5-1-8 2-8 6zM26 38l-3 6',
    ],
  },
  {
    words: /tea|coffee/i,
    paths: [
      'M10 24h34v14c0 8-6 14-14 14h-6c-8 0-14-6-14-14z',
      'M44 28h5a6 6 0 0 1 0 14h-5M20 8c-3 4 3 6 0 10M32 8c-3 4 3 6 0 10M8 58h38',
    ],
  },
  { words: /pencil|pen\b/i, paths: ['M14 50 44 12l8 6-30 38-10 3z', 'M39 18l8 6M14 50l8 6'] },
  {
    words: /notebook|journal|diary/i,
    paths: [
      'M16 8h30a4 4 0 0 1 4 4v40a4 4 0 0 1-4 4H16z',
      'M16 8v48M10 16h8M10 26h8M10 36h8M10 46h8M26 20h16M26 28h16',
    ],
  },
  { words: /mug|cup/i, paths: ['M12 14h30v30c0 6-4 8-8 8H20c-4 0-8-2-8-8z', 'M42 20h4c8 0 8 20 0 20h-4'] },
];

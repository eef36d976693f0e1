import { expect, test } from 'vitest';
import { builtInTemplates, chooseTemplate } from '../src/domain/built-in-templates.ts';
import { htmlMail } from '../src/domain/html-mail.ts';
import { languageChain } from '../src/domain/languages.ts';
import { formatAmount, inventedOccasion, inventedOrder, orderValues } from '../src/domain/order-values.ts';
import { inventedNewsOf, pointsValues } from '../src/domain/points-values.ts';
import { render, unknownVariables } from '../src/domain/template.ts';
import { topics, variablesOf } from '../src/domain/topics.ts';

/** Intl separates with blanks that do not break; tests write plain ones. */
const plain = (text: string): string => text.replaceAll(/[\u00A0\u202F]/g, ' ');

test('fills variables in once, so that a value cannot bring variables of its own', () => {
  const words = render(
    { subject: '{{ order.number }}\n\tnow', body: '{{a}} and {{a}}' },
    { 'order.number': '7', a: '{{b}}', b: 'x' },
  );

  expect(words).toEqual({ subject: '7 now', body: '{{b}} and {{b}}' });
});

test('a line about something that there is not is left out, and nothing else', () => {
  const body = 'Before.\n\nFollow it: {{shipment.trackingUrl}}\n\nAfter.';

  expect(render({ subject: 's', body }, {}).body).toBe('Before.\n\nAfter.');
  expect(render({ subject: 's', body }, { 'shipment.trackingUrl': 'https://x.example' }).body).toBe(
    'Before.\n\nFollow it: https://x.example\n\nAfter.',
  );
  expect(render({ subject: 's', body: `A\n\n\n\nB\n\n{{x}}\r\n\r\nC\n{{x}}\nD` }, {}).body).toBe('A\n\n\n\nB\n\nC\nD');
  expect(
    render({ subject: 's', body: '{{order.number}}: {{shipment.trackingUrl}}' }, { 'order.number': '7' }).body,
  ).toBe('7: ');
});

test('names unknown variables and braces that are none', () => {
  const unknown = (body: string) => unknownVariables({ subject: '{{order.number}}', body }, ['order.number']);

  expect(unknown('fine')).toEqual([]);
  expect(unknown('{{order.nummer}}')).toEqual(['order.nummer']);
  expect(unknown('{{constructor}} {{order.number')).toEqual(['constructor', '{{']);
  expect(unknown('order.number}}')).toEqual(['}}']);
});

test.each(Object.keys(builtInTemplates).flatMap((language) => topics.map((topic) => [language, topic] as const)))(
  'the built-in %s words for %s use the variables of their topic and fill all of them',
  (language, topic) => {
    const template = builtInTemplates[language]?.[topic] ?? { subject: '', body: '' };

    expect(unknownVariables(template, variablesOf(topic))).toEqual([]);
    const news = inventedNewsOf(topic);
    const values = news
      ? pointsValues(news, 'Corner Shop', language)
      : orderValues(inventedOrder, 'Corner Shop', language, inventedOccasion);
    const words = render(template, values);
    const named = { POINTS_CORRECTED: 'Corner Shop', TIER_CHANGED: 'Gold' }[topic as 'TIER_CHANGED'] ?? /1[.,]?001/;
    expect(words.subject).toMatch(named);
    expect(words.body).not.toMatch(/[{}]| {2}|: *\n/);
  },
);

test('writes amounts with the digits of their currency, exactly, however large', () => {
  expect(plain(formatAmount({ amount: '1234.50', currencyCode: 'EUR' }, 'de'))).toBe('1.234,50 €');
  expect(plain(formatAmount({ amount: '500', currencyCode: 'JPY' }, 'en'))).toBe('¥500');
  expect(plain(formatAmount({ amount: '1.005', currencyCode: 'KWD' }, 'en'))).toBe('KWD 1.005');
  expect(plain(formatAmount({ amount: '-0.01', currencyCode: 'USD' }, 'en'))).toBe('-$0.01');
  expect(formatAmount({ amount: '92233720368547758.07', currencyCode: 'USD' }, 'en')).toBe(
    '$92,233,720,368,547,758.07',
  );
});

test('a long order is cut short and says by how much', () => {
  const [line] = inventedOrder.lines;
  const lines = Array.from({ length: 45 }, () => line).filter((one) => one !== undefined);

  const shown = orderValues({ ...inventedOrder, lines }, 'Corner Shop', 'en')['order.lines']?.split('\n');

  expect(shown).toHaveLength(41);
  expect(shown?.at(-1)).toBe('… + 5');
});

test('looks for words in the customer’s language, then the merchant’s, then English', () => {
  const chain = languageChain(['fr-CA', 'de-AT']);
  const own = [{ languageCode: 'fr', subject: 'Bonjour', body: 'Merci' }];

  expect(chain).toEqual(['fr-CA', 'fr', 'de-AT', 'de', 'en']);
  expect(chooseTemplate('ORDER_CONFIRMED', chain, own)).toMatchObject({
    languageCode: 'fr',
    template: { subject: 'Bonjour' },
  });
  expect(chooseTemplate('ORDER_CONFIRMED', chain, []).languageCode).toBe('de');
  expect(languageChain(['not a language', null])).toEqual(['en']);
});

test('the HTML part shows everything as text', () => {
  const html = htmlMail({ subject: 'A & B', body: 'One <script>alert("1")</script>\nline\n\nTwo' }, 'en');

  expect(html).toContain('<title>A &amp; B</title>');
  expect(html).toContain('One &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;<br>line</p>');
  expect(html.match(/<p /g)).toHaveLength(2);
});

test('addresses in the HTML part are links, and nothing can break out of one', () => {
  const html = (text: string): string => htmlMail({ subject: 's', body: text }, 'en');

  expect(html('See https://shop.example/track/a-b_c?x=1&y=2.')).toContain(
    'See <a href="https://shop.example/track/a-b_c?x=1&amp;y=2">https://shop.example/track/a-b_c?x=1&amp;y=2</a>.',
  );
  expect(html('javascript:alert(1)')).not.toContain('<a ');
  expect(html('https://x.example/"onmouseover="alert(1)')).toContain(
    '<a href="https://x.example/">https://x.example/</a>&quot;onmouseover=&quot;alert(1)',
  );
  expect(html('<https://x.example>')).toContain('&lt;<a href="https://x.example">https://x.example</a>&gt;');
});

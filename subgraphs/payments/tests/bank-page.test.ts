import { describe, expect, test } from 'vitest';
import { chargePage, sentencePage, type ShownCharge } from '../src/provider/sandbox/bank-page.ts';

const charge: ShownCharge = {
  status: 'REQUIRES_ACTION',
  amountMinor: 14_900n,
  currencyCode: 'EUR',
  returnUrl: 'https://fjord.example/orders/1?a=1&b="2"',
};
const answers = /name="answer" value="(\w+)"/g;
const offered = (html: string): string[] => [...html.matchAll(answers)].map(([, value]) => value ?? '');

describe('the page of the sandbox bank', () => {
  test('asks for an amount and a shop', () => {
    const { html, headers } = chargePage(charge);
    expect(html).toContain('149.00 EUR');
    expect(html).toContain('fjord.example');
    expect(offered(html)).toEqual(['approve', 'decline']);
    // Its own style is the only thing that it runs.
    const [, nonce] = /<style nonce="([^"]+)"/.exec(html) ?? [];
    expect(headers['content-security-policy']).toContain(`style-src 'nonce-${nonce}'`);
  });

  test.each(['AUTHORIZED', 'DECLINED', 'VOIDED'] as const)('asks no more for what is %s, and leads back', (status) => {
    const { html } = chargePage({ ...charge, status });
    expect(offered(html)).toEqual([]);
    expect(html).toContain('href="https://fjord.example/orders/1?a=1&amp;b=&quot;2&quot;"');
  });

  test('leads nowhere that a browser would run', () => {
    const { html } = chargePage({ ...charge, status: 'DECLINED', returnUrl: 'javascript:alert(1)' });
    expect(html).not.toContain('javascript');
  });

  test('shows what it is told as text', () => {
    expect(sentencePage('<script>"&').html).toContain('&lt;script>&quot;&amp;');
  });
});

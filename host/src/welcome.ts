import { join, relative } from 'node:path';
import { exampleQuery } from './development-issuer/example-query.ts';
import type { Environment } from './environment.ts';
import type { RunningHouse } from './house.ts';
import { storefrontPath } from './storefront.ts';

/** What a person reads when everything runs: where to go, who to be, and what to ask first. */
export function welcome({ url, developmentIssuer }: RunningHouse, environment: Environment): string {
  const base = url.replace('127.0.0.1', 'localhost');
  const mails = environment.settings['MAIL_DIRECTORY'] || join(environment.stateDirectory, 'mail');
  const lines = ['', 'Ordergraph is running.', ''];
  const row = (label: string, value: string): void => void lines.push(`  ${label.padEnd(12)}${value}`);
  row('Storefront', `${base}${storefrontPath}`);
  if (developmentIssuer) row('Explorer', `${base}/`);
  row('GraphQL', `${base}/graphql`);
  if (developmentIssuer) row('Sign in', `${base}/sign-in`);
  if (!environment.settings['SMTP_URL']) row('Mails', `${relative(process.cwd(), mails) || mails}/`);
  if (developmentIssuer) {
    lines.push('', 'Tokens, valid for 12 hours (more of them on the sign-in page):', '');
    const tokens = developmentIssuer.oneOfEachKind();
    for (const { label, token } of tokens) lines.push(`  ${label}`, token, '');
    const shopper = tokens.find(({ actorType }) => actorType === 'ANONYMOUS');
    lines.push(
      'A first query:',
      '',
      `curl -s ${base}/graphql -H 'content-type: application/json' -H 'authorization: Bearer ${shopper?.token}' \\`,
      `  -d '${JSON.stringify({ query: exampleQuery.replaceAll(/\s+/g, ' ').trim() })}'`,
    );
  }
  lines.push('', 'Ctrl-C stops it; what it holds stays.', '');
  return lines.join('\n');
}

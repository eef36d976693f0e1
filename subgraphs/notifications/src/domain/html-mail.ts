import type { Template } from './template.ts';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that a browser shows as it stands. */
export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => escapes[sign] ?? sign);

const styles = {
  page: 'margin:0;padding:24px;background:#f4f4f5;font-family:Helvetica,Arial,sans-serif;color:#18181b',
  card: 'max-width:560px;margin:0 auto;padding:24px;background:#ffffff;border-radius:8px',
  heading: 'margin:0 0 16px;font-size:20px;line-height:28px',
  paragraph: 'margin:0 0 16px;font-size:15px;line-height:24px',
};

// Addresses become links, as mail programs make them of plain text; nothing but https and http is one.
const address = /(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)])/;
const linked = (text: string): string =>
  text
    .split(address)
    // What is split by is every other piece.
    .map((piece, index) => (index % 2 === 0 ? escapeHtml(piece) : link(escapeHtml(piece))))
    .join('');
const link = (escaped: string): string => `<a href="${escaped}">${escaped}</a>`;

/**
 * The HTML part of a mail: the same words as the text part, in a frame. All of the text is escaped, after its variables
 * are filled in, so neither a product's title nor a merchant's template can bring markup of its own.
 */
export function htmlMail({ subject, body }: Template, languageCode: string): string {
  const paragraphs = body
    .trim()
    .split(/\n{2,}/)
    .map((text) => `<p style="${styles.paragraph}">${linked(text).replaceAll('\n', '<br>')}</p>`);
  return [
    `<!doctype html><html lang="${escapeHtml(languageCode)}"><head><meta charset="utf-8">`,
    `<meta name="viewport" content="width=device-width"><title>${escapeHtml(subject)}</title></head>`,
    `<body style="${styles.page}"><div style="${styles.card}"><h1 style="${styles.heading}">${escapeHtml(subject)}</h1>`,
    ...paragraphs,
    '</div></body></html>',
  ].join('\n');
}

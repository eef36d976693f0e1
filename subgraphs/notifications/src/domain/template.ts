/** Words with places for variables, such as `{{order.number}}`. Nothing in them is ever run. */
export interface Template {
  readonly subject: string;
  readonly body: string;
}

/** What the places are filled with. */
export type Values = Readonly<Record<string, string>>;

const placeholder = /\{\{([^{}]*)\}\}/g;

const fill = (text: string, values: Values): string =>
  // One pass: a value that looks like a variable stays as it is.
  text.replaceAll(placeholder, (_whole, name: string) => values[name.trim()] ?? '');

/** Fills a template in. The subject becomes one line, as a mail's header must be. */
export function render(template: Template, values: Values): Template {
  return {
    subject: fill(template.subject, values).replaceAll(/\s+/g, ' ').trim(),
    body: fill(template.body, values),
  };
}

/** What a text asks for and does not get: names that are not known, and braces that form no variable. */
export function unknownVariables(template: Template, known: readonly string[]): string[] {
  const unknown = new Set<string>();
  for (const text of [template.subject, template.body]) {
    for (const [, name = ''] of text.matchAll(placeholder)) {
      if (!known.includes(name.trim())) unknown.add(name.trim());
    }
    for (const [stray] of text.replaceAll(placeholder, '').matchAll(/\{\{|\}\}/g)) unknown.add(stray);
  }
  return [...unknown];
}

/** Words with places for variables, such as `{{order.number}}`. Nothing in them is ever run. */
export interface Template {
  readonly subject: string;
  readonly body: string;
}

/** What the places are filled with. */
export type Values = Readonly<Record<string, string>>;

const placeholder = /\{\{([^{}]*)\}\}/g;

const namesIn = (text: string): string[] => [...text.matchAll(placeholder)].map(([, name = '']) => name.trim());

/** A line that is only about what there is not says nothing: it goes, with one of the empty lines around it. */
function withoutIdleLines(text: string, values: Values): string {
  const isIdle = (line: string): boolean => {
    const names = namesIn(line);
    return names.length > 0 && names.every((name) => !values[name]);
  };
  const kept: string[] = [];
  let isAfterIdle = false;
  for (const line of text.split(/\r?\n/)) {
    if (isIdle(line)) {
      isAfterIdle = true;
      continue;
    }
    const isDoubled = isAfterIdle && line === '' && kept.at(-1) === '';
    if (!isDoubled) kept.push(line);
    isAfterIdle = false;
  }
  return kept.join('\n');
}

const fill = (text: string, values: Values): string =>
  // One pass: a value that looks like a variable stays as it is.
  text.replaceAll(placeholder, (_whole, name: string) => values[name.trim()] ?? '');

/** Fills a template in. The subject becomes one line, as a mail's header must be. */
export function render(template: Template, values: Values): Template {
  return {
    subject: fill(template.subject, values).replaceAll(/\s+/g, ' ').trim(),
    body: fill(withoutIdleLines(template.body, values), values),
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

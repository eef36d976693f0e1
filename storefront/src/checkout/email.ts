/** Whether a text looks like an email address that can be reached from here: somebody, at a domain of at least two parts. */
export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text.trim());

/** A statement that a connection has prepared. */
export interface Prepared {
  readonly name: string;
  /** Known as soon as PostgreSQL has described the statement; empty for one that returns no rows. */
  columns: readonly Column[];
}

interface Column {
  readonly name: string;
  readonly parse: (text: string) => unknown;
}

/** What a connection does with the statement that it is about to send. */
export interface Taken {
  readonly plan: Prepared;
  /** It has to be prepared first. */
  readonly isNew: boolean;
}

/** PostgreSQL's unnamed statement: prepared, used and replaced by the next. */
export const onceOnly = (): Taken => ({ plan: { name: '', columns: [] }, isNew: true });

/** How many statements a connection keeps prepared; each costs some memory of its server process. */
const kept = 300;

/** The statements that one connection has prepared, the least recently used of them given up when there are too many. */
export class PreparedStatements {
  readonly #byText = new Map<string, Prepared>();
  readonly #parserOf: (type: number) => (text: string) => unknown;
  readonly #toClose: string[] = [];
  #made = 0;

  constructor(parserOf: (type: number) => (text: string) => unknown) {
    this.#parserOf = parserOf;
  }

  take(text: string): Taken {
    const known = this.#byText.get(text);
    if (known) {
      // Who was used when matters only where there may be too many.
      if (this.#byText.size > kept / 2) {
        this.#byText.delete(text);
        this.#byText.set(text, known);
      }
      return { plan: known, isNew: false };
    }
    const [oldest] = this.#byText;
    if (oldest && this.#byText.size >= kept) this.forget(...oldest);
    this.#made += 1;
    const plan: Prepared = { name: `s${this.#made}`, columns: [] };
    this.#byText.set(text, plan);
    return { plan, isNew: true };
  }

  describe(plan: Prepared, fields: readonly { name: string; dataTypeID: number }[]): void {
    plan.columns = fields.map(({ name, dataTypeID }) => ({ name, parse: this.#parserOf(dataTypeID) }));
  }

  /** Gives a statement up. Its next use prepares it anew. */
  forget(text: string, plan: Prepared): void {
    if (this.#byText.get(text) === plan) this.#byText.delete(text);
    if (plan.name !== '') this.#toClose.push(plan.name);
  }

  /** Names that the server process may forget as well, each told once. */
  givenUp(): string[] {
    return this.#toClose.splice(0);
  }
}

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
  /** Name of a statement to give up for it. */
  readonly evicted: string | undefined;
}

/** PostgreSQL's unnamed statement: prepared, used and replaced by the next. */
export const onceOnly = (): Taken => ({ plan: { name: '', columns: [] }, isNew: true, evicted: undefined });

/** How many statements a connection keeps prepared; each costs some memory of its server process. */
const kept = 300;

/** The statements that one connection has prepared, the least recently used of them given up when there are too many. */
export class PreparedStatements {
  readonly #byText = new Map<string, Prepared>();
  readonly #parserOf: (type: number) => (text: string) => unknown;
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
      return { plan: known, isNew: false, evicted: undefined };
    }
    const evicted = this.#byText.size >= kept ? this.#evict() : undefined;
    this.#made += 1;
    const plan: Prepared = { name: `s${this.#made}`, columns: [] };
    this.#byText.set(text, plan);
    return { plan, isNew: true, evicted };
  }

  describe(plan: Prepared, fields: readonly { name: string; dataTypeID: number }[]): void {
    plan.columns = fields.map(({ name, dataTypeID }) => ({ name, parse: this.#parserOf(dataTypeID) }));
  }

  forget(text: string): void {
    this.#byText.delete(text);
  }

  #evict(): string | undefined {
    const [oldest] = this.#byText;
    if (!oldest) return undefined;
    this.#byText.delete(oldest[0]);
    return oldest[1].name;
  }
}

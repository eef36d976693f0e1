import type { ReactNode } from 'react';

/**
 * Something is on its way. Told to screen readers, and shown after a moment only, so that fast answers do not flicker.
 * `isPage`: there is nothing else on the page, which needs its heading.
 */
export const Loading = ({ what, isPage = false }: { what: string; isPage?: boolean }) => (
  <div className="state loading" role="status">
    <span className="dots" aria-hidden="true">
      <i />
      <i />
      <i />
    </span>
    {isPage ? (
      <h1 className="visually-hidden">Loading {what}</h1>
    ) : (
      <span className="visually-hidden">Loading {what}</span>
    )}
  </div>
);

/** Something did not come, and what can be done about it. `isPage`: there is nothing else on the page. */
export const Failed = (props: { what: string; isPage?: boolean; onRetry?: () => void }) => {
  const { what, isPage = false, onRetry } = props;
  return (
    <div className="state failed" role="alert">
      {isPage ? <h1>{what}</h1> : <strong>{what}</strong>}
      <p>Nothing is lost; try again in a moment.</p>
      {onRetry && (
        <button type="button" className="button quiet" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
};

/** A part of the page that its service cannot answer right now. The rest of the page goes on. */
export const Missing = ({ what }: { what: string }) => (
  <p className="missing" role="note">
    {what} cannot be shown right now. Everything else works.
  </p>
);

/** Nothing is there yet, and where to go from here. */
export const Empty = ({ title, children }: { title: string; children: ReactNode }) => (
  <div className="state empty">
    <svg viewBox="0 0 64 48" aria-hidden="true">
      <path d="M4 40c10-16 18-24 28-24s18 8 28 24" />
      <path d="M16 40c6-8 10-12 16-12s10 4 16 12" />
      <circle cx="46" cy="12" r="4" />
    </svg>
    <h2>{title}</h2>
    {children}
  </div>
);

/** A few words that a person has to see: what went wrong, or what changed. */
export const Notice = ({ tone, children }: { tone: 'bad' | 'good' | 'plain'; children: ReactNode }) => (
  <div className={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
    {children}
  </div>
);

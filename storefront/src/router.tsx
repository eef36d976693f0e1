import { useEffect, useRef, useSyncExternalStore, type ComponentProps, type MouseEvent, type ReactNode } from 'react';

const base = '/shop';
const moved = 'ordergraph:moved';

function subscribe(onChange: () => void): () => void {
  addEventListener('popstate', onChange);
  addEventListener(moved, onChange);
  return () => {
    removeEventListener('popstate', onChange);
    removeEventListener(moved, onChange);
  };
}

const currentAddress = (): string => location.pathname + location.search;

/** The address within the shop: `/products/tent`, with its query. */
export function useAddress(): { readonly path: string; readonly query: URLSearchParams } {
  const address = useSyncExternalStore(subscribe, currentAddress);
  const [path = '', query = ''] = address.split('?');
  return { path: path.slice(base.length).replace(/\/+$/, '') || '/', query: new URLSearchParams(query) };
}

/** Goes to an address within the shop. `replace` leaves no way back to where one was. */
export function navigate(to: string, how: { replace?: boolean; keepPlace?: boolean } = {}): void {
  if (how.replace) history.replaceState(null, '', base + to);
  else history.pushState(null, '', base + to);
  dispatchEvent(new Event(moved));
  if (!how.keepPlace) scrollTo(0, 0);
}

/** A link within the shop, which a click follows without loading a page; any other click is the browser's. */
export function Link({
  to,
  onClick,
  ...rest
}: { to: string; children: ReactNode } & Omit<ComponentProps<'a'>, 'href'>) {
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    navigate(to);
  };
  return <a {...rest} href={base + to} onClick={follow} />;
}

/** The heading of a page: names the tab and, after a step from another page, takes the focus, so that it is read out. */
export function PageTitle({ children, title }: { children?: ReactNode; title: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title;
    if (hasMoved) heading.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <h1 ref={heading} tabIndex={-1} className="page-title">
      {children ?? title}
    </h1>
  );
}

let hasMoved = false;
addEventListener(moved, () => (hasMoved = true));

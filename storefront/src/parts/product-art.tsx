import { glyphs } from './glyphs.ts';

interface Pictured {
  readonly title: string;
  readonly handle: string;
  readonly tags?: readonly string[];
  readonly category?: { readonly handle: string } | null;
  readonly media?: readonly { readonly url: string; readonly altText: string }[];
}

/**
 * The picture of a product. Pictures on other hosts are not loaded, for the shop asks no other host for anything: what has
 * none of its own is drawn, a book as its cover, all else as a line drawing or by its initial.
 */
export function ProductArt({ product, size = 'card' }: { product: Pictured; size?: 'card' | 'large' | 'thumb' }) {
  const own = product.media?.find(({ url }) => new URL(url, location.href).origin === location.origin);
  const tone = `tone-${hashOf(product.handle) % 5}`;
  if (own) {
    return (
      <div className={`art ${size}`}>
        <img src={own.url} alt={size === 'large' ? own.altText : ''} loading="lazy" />
      </div>
    );
  }
  if (isBook(product)) {
    return (
      <div className={`art ${size} ${tone}`} aria-hidden="true">
        <div className={`cover pattern-${hashOf(product.handle) % 4}`}>
          {size !== 'thumb' && <span>{product.title}</span>}
        </div>
      </div>
    );
  }
  const words = `${product.title} ${(product.tags ?? []).join(' ')}`;
  const glyph = glyphs.find((candidate) => candidate.words.test(words));
  return (
    <div className={`art ${size} ${tone}`} aria-hidden="true">
      {glyph ? (
        <svg viewBox="0 0 64 64">
          {glyph.paths.map((path, index) => (
            <path key={path} d={path} className={index === 0 ? 'body' : 'detail'} />
          ))}
        </svg>
      ) : (
        <span className="initial">{product.title.charAt(0)}</span>
      )}
    </div>
  );
}

const isBook = ({ tags = [], category }: Pictured): boolean =>
  tags.includes('book') || /book|stories|fiction|novel/.test(category?.handle ?? '');

const hashOf = (text: string): number =>
  Array.from(text).reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) % 9_973, 7);

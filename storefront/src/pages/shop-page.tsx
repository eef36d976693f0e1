import {
  StorefrontCategoriesDocument,
  StorefrontProductsDocument,
  type StorefrontProductsQuery,
} from '../../generated/operations.ts';
import { useQuestion } from '../live/use-question.ts';
import { lowest } from '../money.ts';
import { Availability, bestOf } from '../parts/availability.tsx';
import { Price } from '../parts/price.tsx';
import { ProductArt } from '../parts/product-art.tsx';
import { joined } from '../api/joined.ts';
import { ShowMore } from '../parts/show-more.tsx';
import { Empty, Failed, Loading, Notice } from '../parts/states.tsx';
import { Link, PageTitle, useAddress } from '../router.tsx';
import { useShopper } from '../session/session-context.ts';
import { plural } from '../words.ts';

type Product = StorefrontProductsQuery['products']['nodes'][number];

const pageSize = 24;

/** The shop: all products, those of a category, or those that a search finds. */
export function ShopPage() {
  const { merchant, name } = useShopper();
  const { query } = useAddress();
  const search = searchedFor(query);
  const categoryId = query.get('category');
  const categories = useQuestion(StorefrontCategoriesDocument, { variables: {} }).data?.categories ?? [];
  const { data, error, isLoading, ask, fetchMore } = useQuestion(StorefrontProductsDocument, {
    variables: {
      first: pageSize,
      search,
      where: { status: 'ACTIVE', categoryId: categoryId || null },
      sortKey: search ? 'RELEVANCE' : 'TITLE',
      reverse: false,
    },
  });
  const products = data?.products;
  const category = categories.find(({ id }) => id === categoryId);
  const shopName = merchant?.name ?? 'Shop';
  return (
    <>
      {query.get('signed-in') === 'no' && (
        <Notice tone="bad">You are not signed in: the sign-in was not finished here. Try it again.</Notice>
      )}
      {search ? (
        <PageTitle title={`“${search}”, ${shopName}`}>Found for “{search}”</PageTitle>
      ) : (
        <div className="hero">
          <p className="hero-greeting">{name ? `Welcome back, ${name}.` : 'Have a look around.'}</p>
          <PageTitle title={category ? `${category.name}, ${shopName}` : shopName}>
            {category ? category.name : shopName}
          </PageTitle>
          <svg className="hero-art" viewBox="0 0 600 200" preserveAspectRatio="xMaxYMax slice" aria-hidden="true">
            <circle cx="520" cy="108" r="20" className="sun" />
            <path d="M120 200c50-34 90-52 130-52 54 0 80 26 130 26s90-62 220-54v80z" className="far" />
            <path d="M0 200c90-30 170-34 250-22 90 13 140 14 210-2 60-13 100-16 140-12v36z" className="near" />
          </svg>
        </div>
      )}
      {categories.length > 0 && (
        <nav className="chips" aria-label="Categories">
          <Link to="/" className="chip" aria-current={!categoryId && !search ? 'true' : undefined}>
            Everything
          </Link>
          {categories.map(({ id, name: label }) => (
            <Link
              key={id}
              to={`/?category=${encodeURIComponent(id)}`}
              className="chip"
              aria-current={id === categoryId ? 'true' : undefined}
            >
              {label}
            </Link>
          ))}
        </nav>
      )}
      {isLoading && <Loading what="the products" />}
      {!products && error !== undefined && <Failed what="The products did not come." onRetry={ask} />}
      {products && products.nodes.length === 0 && (
        <Empty title="Nothing found">
          <p>Try fewer or other words.</p>
          <Link to="/" className="button quiet">
            Show everything
          </Link>
        </Empty>
      )}
      {products && products.nodes.length > 0 && (
        <>
          <p className="visually-hidden" role="status">
            {plural(products.totalCount ?? products.nodes.length, 'product')}
          </p>
          <ul className="grid">
            {products.nodes.map((product) => (
              <ProductCard key={product.id} product={product} />
            ))}
          </ul>
          <ShowMore
            list={products}
            more={(after) =>
              fetchMore({
                variables: { after },
                updateQuery: (before, { fetchMoreResult: next }) => ({
                  ...next,
                  products: joined(before.products, next.products),
                }),
              })
            }
          />
        </>
      )}
    </>
  );
}

/** What is searched for; null where that is nothing. Characters that nobody can see are none, and some of them no text holds. */
const searchedFor = (query: URLSearchParams): string | null =>
  query
    .get('search')
    ?.replaceAll(/\p{Cc}/gu, '')
    .trim() || null;

function ProductCard({ product }: { product: Product }) {
  const variants = product.variants.nodes;
  const prices = variants.flatMap(({ basePrices }) => basePrices.slice(0, 1));
  const least = lowest(prices);
  const differ = prices.some(({ amount }) => amount !== least?.amount);
  const status = bestOf(variants.map(({ availability }) => availability?.status));
  return (
    <li className="card product-card">
      <ProductArt product={product} />
      <h2>
        <Link to={`/products/${encodeURIComponent(product.handle)}`}>{product.title}</Link>
      </h2>
      <p className="card-price">
        {least ? (
          <>
            {differ && <span className="from">from </span>}
            <Price money={least} />
          </>
        ) : (
          'Price on request'
        )}
      </p>
      <Availability status={status} />
    </li>
  );
}

import { ProductArt } from './product-art.tsx';

interface PicturedLine {
  readonly title: string;
  readonly sku: string;
  readonly variant?: {
    readonly product: {
      readonly handle: string;
      readonly tags: readonly string[];
      readonly category: { readonly handle: string } | null;
    };
  } | null;
}

/** The small picture of a line, also where the product behind it is not known any more. */
export const LineArt = ({ line }: { line: PicturedLine }) => (
  <ProductArt size="thumb" product={{ handle: line.sku, ...line.variant?.product, title: line.title }} />
);

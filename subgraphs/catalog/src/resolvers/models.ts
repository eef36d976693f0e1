// What the resolvers of each GraphQL type start from; codegen takes these names as its mappers.
import type { ProductVariant as ProductVariantEntity } from '../entities/product-variant.entity.ts';
import type { Product as ProductEntity } from '../entities/product.entity.ts';

export type Product = ProductEntity;
export type ProductVariant = ProductVariantEntity;

// What the resolvers of each GraphQL type start from; codegen takes these names as its mappers.
import type { Connection } from '@ordergraph/subgraph-server';
import type { Category as CategoryEntity } from '../entities/category.entity.ts';
import type { ProductVariant as ProductVariantEntity } from '../entities/product-variant.entity.ts';
import type { Product as ProductEntity } from '../entities/product.entity.ts';

export type Category = CategoryEntity;
export type Product = ProductEntity;
export type ProductVariant = ProductVariantEntity;
export type ProductConnection = Connection<ProductEntity>;
export type ProductVariantConnection = Connection<ProductVariantEntity>;

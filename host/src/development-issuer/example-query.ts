/** What the welcome screen and the explorer begin with: a question that any shopper may ask. */
export const exampleQuery = `{
  products(first: 3, sortKey: TITLE) {
    nodes {
      title
      variants(first: 2) { nodes { sku title } }
    }
  }
}`;

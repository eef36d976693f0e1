# One image for everything: PART says what a container is. Node runs the TypeScript as it stands; only the pages of the
# storefront are built.
FROM node:24-slim AS pages
WORKDIR /app
COPY . .
RUN npx --yes pnpm@10.34.8 install --frozen-lockfile && node storefront/build.ts image

FROM node:24-slim AS install
WORKDIR /app
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
RUN npx --yes pnpm@10.34.8 fetch --prod --no-optional
COPY . .
# Optional packages bring a Node and a PostgreSQL, which a container gets from elsewhere.
RUN npx --yes pnpm@10.34.8 install --frozen-lockfile --prod --no-optional --offline

FROM node:24-slim
WORKDIR /app
COPY --from=install /app ./
COPY --from=pages /app/storefront/dist ./storefront/dist
RUN mkdir /state && chown node:node /state
USER node
ENV HOST=0.0.0.0 PORT=4000 ORDERGRAPH_STATE_DIR=/state
EXPOSE 4000
CMD ["node", "host/src/main.ts"]

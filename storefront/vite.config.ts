import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/shop/',
  plugins: [react()],
  build: {
    outDir: 'dist/site',
    emptyOutDir: true,
    target: 'es2022',
    // The strict policy of the pages allows no inline scripts and no data: URLs but for images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One file: a part that is loaded again after it failed once would not get styles of its own a second time.
    cssCodeSplit: false,
    // The map is a chunk of its own, loaded where a map is shown.
    chunkSizeWarningLimit: 1_500,
  },
  worker: { format: 'es' },
});

import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { compress } from './build/compress.ts';
import { mapSource } from './build/mapSource.ts';

// Where `npm run dev` finds the API; the built page is served by the API itself.
const service = process.env.TILEWISE_URL ?? 'http://127.0.0.1:8765';

export default defineConfig({
  plugins: [mapSource(), react(), compress()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2022',
    // The service worker reads it to know what the shell is made of.
    manifest: 'assets.json',
    // MapLibre alone is larger than Vite's idea of a chunk.
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      input: { index: 'index.html', worker: 'src/offline/worker.ts' },
      output: {
        // A service worker must keep its address; everything else carries its hash.
        entryFileNames: (chunk) =>
          chunk.name === 'worker' ? 'worker.js' : 'assets/[name]-[hash].js',
      },
    },
  },
  optimizeDeps: { exclude: ['maplibre-gl'] },
  server: { proxy: { '/api': service } },
  test: { include: ['tests/**/*.test.ts'], environment: 'node' },
});

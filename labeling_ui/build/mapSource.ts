import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const MAPLIBRE = fileURLToPath(new URL('../node_modules/maplibre-gl/', import.meta.url));
const WORKER = '\0map-worker-url';

/**
 * Builds MapLibre from the sources of its package instead of its two ready-made files: its worker
 * then shares a file with the page, and what nobody imports stays away. That is a quarter of all
 * that the map weighs. While developing, the ready-made files serve.
 */
export function mapSource(): Plugin {
  return {
    name: 'tilewise-map-source',
    apply: 'build',
    enforce: 'pre',
    config: () => ({
      // Its classes name fields that the class below them has set already.
      oxc: { typescript: { removeClassFieldsWithoutInitializer: true } },
    }),
    buildStart() {
      // The ready-made files begin with it.
      const source = readFileSync(`${MAPLIBRE}LICENSE.txt`);
      this.emitFile({ type: 'asset', fileName: 'assets/maplibre-gl-LICENSE.txt', source });
    },
    resolveId(id) {
      if (id === 'maplibre-gl') return `${MAPLIBRE}src/index.ts`;
      return id === 'maplibre-gl/dist/maplibre-gl-worker.mjs?url' ? WORKER : null;
    },
    // Vite notes the worker among the map's assets by the name that it has before it has its own:
    // nobody could fetch that. The manifest lists it by its own name as well.
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        const assets = chunk.viteMetadata?.importedAssets ?? new Set<string>();
        for (const name of assets) if (!(name in bundle)) assets.delete(name);
      }
    },
    load(id) {
      if (id !== WORKER) return null;
      const worker = `${MAPLIBRE}src/source/worker.ts`;
      const file = this.emitFile({ type: 'chunk', id: worker, name: 'map-worker' });
      return `export default import.meta.ROLLUP_FILE_URL_${file}`;
    },
  };
}

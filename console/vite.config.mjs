import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** Where each entry is served, and its page. */
const ENTRIES = {
  console: { base: '/console/', page: 'index.html' },
  lab: { base: '/', page: 'lab.html' },
};

export default defineConfig(({ mode }) => {
  // Editors and checks have modes of their own.
  const entry = mode === 'lab' ? 'lab' : 'console';
  const { base, page } = ENTRIES[entry];
  return {
    base,
    plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
    build: {
      outDir: `../dist/${entry}`,
      emptyOutDir: true,
      target: 'es2023',
      // Browsers that know modules know how to load them ahead, and the policy of the page allows no data: URLs.
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      rolldownOptions: { input: page },
    },
  };
});

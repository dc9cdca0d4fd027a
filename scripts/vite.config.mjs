// Builds the dashboard into dist/dashboard, where the admin server takes it from. A part of `npm run build`.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

export default defineConfig({
  root: fileURLToPath(new URL('../src/dashboard', import.meta.url)),
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: fileURLToPath(new URL('../dist/dashboard', import.meta.url)),
    emptyOutDir: true,
    // A file for everything: what stands in the page itself its policy would not let in.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// `npm run dev -w web` works against a running server (PARLEY_URL).
const server = process.env.PARLEY_URL ?? 'https://localhost:8443';
const proxy = { target: server, secure: false };

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  server: {
    proxy: { '/config.json': proxy, '^/[^/]+/oauth2/': proxy, '/client': { ...proxy, ws: true } },
  },
});

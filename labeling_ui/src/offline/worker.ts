// The service worker: keeps the shell, so that the page opens without a network. Answers are kept
// by the outbox, not here; nothing under /api is ever answered from a cache.
const scope = self as unknown as ServiceWorkerGlobalScope;

const CACHE = 'tilewise-shell';
const SHELL = '/';
const LATE_MS = 3000;

interface Chunk {
  readonly file: string;
  readonly css?: readonly string[];
  readonly assets?: readonly string[];
}

scope.addEventListener('install', (event) => {
  event.waitUntil(keepShell().then(() => scope.skipWaiting()));
});
scope.addEventListener('activate', (event) => {
  event.waitUntil(scope.clients.claim());
});
scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== 'GET' || address.origin !== location.origin) return;
  if (address.pathname.startsWith('/api/')) return;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else if (isKept(address.pathname)) event.respondWith(asset(request));
});

const isKept = (path: string): boolean =>
  path.startsWith('/assets/') || path.startsWith('/tutorial/') || path.startsWith('/icon');

/** Everything the built page is made of: after the first visit all of it is here. */
async function keepShell(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.add(new Request(SHELL, { cache: 'no-cache' }));
  const listed = (await (await fetch('/assets.json', { cache: 'no-cache' })).json()) as Record<
    string,
    Chunk
  >;
  const files = Object.values(listed).flatMap((chunk) => [
    chunk.file,
    ...(chunk.css ?? []),
    ...(chunk.assets ?? []),
  ]);
  const wanted = new Set(
    files
      .filter((file) => file !== 'worker.js')
      .map((file) => new URL(`/${file}`, location.origin).href),
  );
  for (const old of await cache.keys()) {
    const { pathname } = new URL(old.url);
    if (pathname.startsWith('/assets/') && !wanted.has(old.url)) await cache.delete(old);
  }
  await Promise.all(
    [...wanted].map(async (address) => {
      if ((await cache.match(address)) === undefined) await cache.add(address);
    }),
  );
}

/** The newest page if the network is quick; the kept one otherwise. */
async function page(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const fresh = fetch(request).then(async (response) => {
    if (response.ok && response.headers.get('Content-Type')?.startsWith('text/html')) {
      await cache.put(SHELL, response.clone());
    }
    return response;
  });
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), LATE_MS));
  const first = await Promise.race([fresh.catch(() => null), late]);
  return first ?? (await cache.match(SHELL)) ?? fresh;
}

/** Names carry the hash of what is inside, so what is kept is right for ever. */
async function asset(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}

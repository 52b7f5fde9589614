/** The shell opens without a network once the service worker keeps it; the dev server has none. */
export function installShell(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  window.addEventListener('load', () => {
    navigator.serviceWorker.register('/worker.js').catch(() => {
      // Insecure addresses and private windows have no service workers; the page works without.
    });
  });
}

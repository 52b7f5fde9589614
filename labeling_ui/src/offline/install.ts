/** So long nothing has arrived any more: whatever the page needed first is here. */
const QUIET_MS = 4_000;
/** Who answers without a pause keeps tiles coming for ever. */
const AT_LATEST_MS = 60_000;

/**
 * The shell opens without a network once the service worker keeps it; the dev server has none. It
 * fetches all that the page is made of, so on a slow network it comes after the first tiles.
 */
export function installShell(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  whenQuiet(() => {
    navigator.serviceWorker.register('/worker.js').catch(() => {
      // Insecure addresses and private windows have no service workers; the page works without.
    });
  });
}

function whenQuiet(act: () => void): void {
  const latest = setTimeout(() => done(), AT_LATEST_MS);
  let quiet = setTimeout(() => done(), QUIET_MS);
  const observer = new PerformanceObserver(() => {
    clearTimeout(quiet);
    quiet = setTimeout(done, QUIET_MS);
  });
  const done = (): void => {
    clearTimeout(latest);
    clearTimeout(quiet);
    observer.disconnect();
    act();
  };
  observer.observe({ type: 'resource', buffered: true });
}

/** Runs something whenever the page is looked at again or the network is back; answers how to stop. */
export function onWake(run: () => void): () => void {
  const wake = (): void => {
    if (document.visibilityState === 'visible') run();
  };
  addEventListener('online', wake);
  document.addEventListener('visibilitychange', wake);
  return () => {
    removeEventListener('online', wake);
    document.removeEventListener('visibilitychange', wake);
  };
}

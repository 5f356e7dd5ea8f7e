/** Waits until the promise settles, but no longer than the time given; a rejection counts as settled. */
export async function waitAtMost(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([promise.catch(() => {}), timeUp]);
  clearTimeout(timer);
}

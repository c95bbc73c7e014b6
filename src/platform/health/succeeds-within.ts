/** Returns whether an attempt succeeds within a time. After that time it is no longer waited for. */
export async function succeedsWithin(timeoutMs: number, attempt: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  const success = attempt.then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([success, late]);
  } finally {
    clearTimeout(timer);
  }
}

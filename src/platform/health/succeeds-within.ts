/** Whether the attempt succeeds in this many milliseconds; if not, nobody waits for it any longer. */
export async function succeedsWithin(milliseconds: number, attempt: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
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

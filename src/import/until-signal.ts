import { StartupError } from '../common/startup-error';

/** Runs `work`; on Ctrl-C or SIGTERM runs `interrupt`, which makes it fail, so that everything is closed in order. */
export async function untilSignal<T>(work: () => Promise<T>, interrupt: () => void): Promise<T> {
  const signals = new AbortController();
  const onSignal = (): void => {
    signals.abort();
    interrupt();
  };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    return await work();
  } catch (error) {
    throw signals.signal.aborted ? new StartupError('the import was interrupted: run it again') : error;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

/** The program cannot start. The operator gets one clear line and exit code 1, without a stack trace. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}

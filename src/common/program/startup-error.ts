/** A reason not to start: one clear line for the operator, exit code 1, no stack trace. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}

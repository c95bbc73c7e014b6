/** Whether only this machine itself can reach a host of this name: 127.0.0.0/8, ::1 or localhost. */
export function isLoopback(host: string): boolean {
  return /^(127(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}|\[?::1\]?|localhost)$/i.test(host);
}

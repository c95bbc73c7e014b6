/** What a worker tells the process that started it: that it listens, or what its operator can mend. */
export type WorkerMessage = { readonly listening: string } | { readonly failed: string };

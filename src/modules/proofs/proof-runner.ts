import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { Injectable, Logger, OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** The built program. A proof decides every fare again, which would keep the event loop of the service from its requests. */
const PROGRAM = join(__dirname, '..', '..', '..', 'dist', 'programs', 'prove', 'main.js');
/** Megabytes. It reads its rows in pages. */
const MEMORY = 256;
/** How long a stop waits until the proof is noted as abandoned. */
const STOP_MS = 2_000;

/** Runs proofs in a process of their own, which ends with this one. */
@Injectable()
export class ProofRunner implements OnApplicationShutdown {
  private readonly logger = new Logger(ProofRunner.name);
  private child: ChildProcess | null = null;

  constructor(private readonly dataSource: DataSource) {}

  run(proofId: number): void {
    const { url = '' } = this.dataSource.options as { readonly url?: string };
    const { NODE_UNIQUE_ID: _, ...environment } = process.env;
    const child = spawn(
      process.execPath,
      [`--max-old-space-size=${MEMORY}`, PROGRAM, '--proof', String(proofId)],
      {
        env: { ...environment, DATABASE_URL: url, DATABASE_URL_FILE: '' },
        // It hears over the last one that this process is gone, however it went.
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      },
    );
    this.child = child;
    child.stderr?.on('data', (text: Buffer) => this.logger.warn(String(text).trim()));
    child.on('error', (error) => this.logger.error(`a proof could not be started: ${error.message}`));
    child.once('exit', () => {
      if (this.child === child) this.child = null;
    });
    // It keeps nobody from ending.
    child.unref();
    child.channel?.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    const { child } = this;
    if (!child) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(late);
  }
}

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Job, LoadResult, MissesJob, TapsJob } from '../load/job';
import { REGISTER } from './running-server';

type Reply = { readonly result: LoadResult } | { readonly error: string };

/** The process that sends all requests. */
export class LoadGenerator {
  private readonly child: ChildProcess = fork(resolve(__dirname, '../load/main.ts'), {
    execArgv: ['--require', REGISTER],
  });

  async run(job: Job | MissesJob | TapsJob): Promise<LoadResult> {
    this.child.send(job);
    const [reply] = (await once(this.child, 'message')) as [Reply];
    if ('error' in reply) throw new Error(reply.error);
    return reply.result;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.disconnect();
    await ended;
  }
}

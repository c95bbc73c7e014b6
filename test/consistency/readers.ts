import { type Reply, toError } from './http-client';
import type { Member } from './member';
import type { Tally } from './tally';
import type { View } from './view';

/** Longer than any pause of a process. */
const TIMEOUT_MS = 10_000;
/** A process whose database was away may refuse reads for so long after. */
const RECOVERY_MS = 3_000;

/** Reads one view after the other from one process and judges each answer. */
export async function readOn(
  member: Member,
  pick: () => View,
  tally: Tally,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    await member.isRunning();
    await readOnce(member, pick(), tally);
  }
}

async function readOnce(member: Member, view: View, tally: Tally): Promise<void> {
  const { path, headers } = view;
  const floors = view.floors();
  const began = performance.now();
  const reply = await member.client
    .send({ method: 'GET', path, headers, timeoutMs: TIMEOUT_MS })
    .catch(toError);
  const ended = performance.now();
  const what = `${path} from ${member.name}`;
  if (reply instanceof Error || !view.isAnswer(reply)) {
    if (isExcused(reply, member, began)) tally.excused += 1;
    else tally.failed(`${what}: ${describe(reply)}`, ended - began);
    return;
  }
  if (!member.had('paused', began) && !member.had('without database', began - RECOVERY_MS))
    tally.tookTo('read', what, ended - began);
  tally.read(reply.cache, path.replace(/\d+/g, '{id}'));
  if (reply.cache === 'STALE') return;
  for (const violation of view.judge(floors, reply, member.name))
    tally.found({ ...violation, process: member.name, cache: reply.cache, began, ended });
}

function isExcused(reply: Reply | Error, member: Member, began: number): boolean {
  if (reply instanceof Error) return member.had('killed', began);
  return reply.status === 503 && member.had('without database', began - RECOVERY_MS);
}

function describe(reply: Reply | Error): string {
  return reply instanceof Error ? reply.message : `${reply.status} ${reply.body}`;
}

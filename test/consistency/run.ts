import { setTimeout as sleep } from 'node:timers/promises';
import { Dice } from '../../src/common/dice';
import type { Surroundings } from './faults';
import type { Options } from './options';
import { Pace } from './pace';
import { readOn } from './readers';
import { Schedule } from './schedule';
import type { Subject } from './subjects/subject';
import { Tally } from './tally';
import type { View } from './view';
import { WriteClient } from './write-client';

const READERS_PER_PROCESS = 12;
const POLL_MS = 50;
/** How long writes are tried again after everything is healed. */
const AFTERMATH_MS = 15_000;
/** How long is read after the last write. */
const LAST_READS_MS = 500;

/** Whether a check may end before its time. */
export type IsEnough = (tally: Tally) => boolean;

/** Brings about faults, writes and reads for a time; then heals everything, completes the writes and reads on a little. */
export async function run(
  surroundings: Surroundings,
  subjects: readonly Subject[],
  { seed, seconds, faults }: Options,
  isEnough: IsEnough,
): Promise<Tally> {
  const { members } = surroundings;
  const tally = new Tally();
  for (const member of members) member.onCrash = (crash) => tally.crashes.push(`${member.name} ${crash}`);
  const stop = stops();
  const injecting = new Schedule(surroundings, faults, seed, tally, stop.faults.signal).run();
  const writing = subjects.flatMap((subject, index) =>
    times(subject.writers, (number) => {
      const dice = new Dice(seed, `writer ${index} ${number}`);
      const client = new WriteClient(members, dice, tally, stop.retries.signal);
      const pace = new Pace(subject.readsBetween, dice, tally);
      return writeOn(subject, client, dice, pace, stop.writes.signal);
    }),
  );
  const reading = members.flatMap((member) =>
    times(READERS_PER_PROCESS, (number) => {
      const dice = new Dice(seed, `reader ${member.name} ${number}`);
      return readOn(member, () => pickView(subjects, dice), tally, stop.reads.signal);
    }),
  );
  const all = [injecting, ...writing, ...reading];
  // What fails ends the whole check.
  for (const part of all) part.catch(stop.everything);

  const end = performance.now() + seconds * 1_000;
  while (performance.now() < end && !isEnough(tally) && !stop.faults.signal.aborted) await sleep(POLL_MS);
  stop.faults.abort();
  await Promise.allSettled([injecting]);
  stop.writes.abort();
  const giveUp = setTimeout(() => stop.retries.abort(), AFTERMATH_MS);
  await Promise.allSettled(writing);
  clearTimeout(giveUp);
  await sleep(LAST_READS_MS);
  tally.finish();
  stop.reads.abort();
  await Promise.all(all);
  return tally;
}

function stops() {
  const controllers = {
    faults: new AbortController(),
    writes: new AbortController(),
    retries: new AbortController(),
    reads: new AbortController(),
  };
  const everything = (): void => Object.values(controllers).forEach((controller) => controller.abort());
  return { ...controllers, everything };
}

async function writeOn(
  subject: Subject,
  client: WriteClient,
  dice: Dice,
  pace: Pace,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    await pace.next(stop);
    await subject.write(client, dice);
  }
}

/** By the weights of the subjects that have something to read. */
function pickView(subjects: readonly Subject[], dice: Dice): View {
  const readable = subjects.filter((subject) => subject.views().length > 0);
  let left = dice.below(readable.reduce((sum, { weight }) => sum + weight, 0));
  const subject = readable.find(({ weight }) => (left -= weight) < 0);
  return dice.pick(subject?.views() ?? []);
}

function times<Item>(count: number, make: (number: number) => Item): Item[] {
  return Array.from({ length: count }, (_, number) => make(number));
}

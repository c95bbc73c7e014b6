import { createHook } from 'node:async_hooks';

const kept: object[] = [];

/**
 * Keeps one of the objects that `process.nextTick` puts into its queue. V8 forgets the shape of objects when there was none
 * of them during some garbage collections, as happens while a program loads its modules. The next ones get a new shape, which
 * the compiled code of Node.js does not know, and from then on it takes the slow way for each of them: that was a twelfth of
 * the CPU of a hit with Node.js 20.
 */
export function keepShapeOfTicks(): void {
  const hook = createHook({
    init: (_id, type, _trigger, tick) => {
      if (type === 'TickObject') kept.push(tick);
    },
  });
  hook.enable();
  process.nextTick(() => undefined);
  hook.disable();
}

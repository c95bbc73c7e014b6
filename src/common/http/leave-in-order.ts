import type { FastifyInstance } from 'fastify';
import { answersLast, endAfterResponse, isEnding } from './connections';
import { StoppingError } from './problem/service-errors';
import { sendProblem } from './problem/problem.filter';

/**
 * How a process stops. While it is leaving it answers everything, and each response says that its connection closes behind it,
 * so callers go elsewhere without a break. Once it closes, what still comes is refused, and what is in flight is finished.
 *
 * @param isLeaving whether it was told to stop.
 */
export function leaveInOrder(server: FastifyInstance, isLeaving: () => boolean): void {
  let isClosing = false;
  server.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  server.addHook('onRequest', (request, reply, done) => {
    // After a response that closes its connection no other is sent, so nothing may be done for what was sent behind it.
    if (isClosing || (isLeaving() && isEnding(request))) sendProblem(new StoppingError(), request, reply);
    else done();
  });
  server.addHook('onSend', (request, reply, _payload, done) => {
    // A request behind this one, on the same connection, gets its response first.
    if ((isClosing || isLeaving()) && answersLast(request)) {
      endAfterResponse(request);
      void reply.header('connection', 'close');
    }
    done();
  });
}

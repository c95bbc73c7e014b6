import type { FastifyReply, FastifyRequest } from 'fastify';
import { logFailure, sendProblem } from './problem/problem.filter';

/**
 * Goes on with a request when a promise is kept. Nobody else waits for what a hook began, and an error that nobody hears ends
 * the process: so whatever fails, also in what follows, is the answer to this request.
 *
 * @param refuse answers an error of the promise; by default it is sent as every error is.
 */
export function goOn<Value>(
  promise: Promise<Value>,
  request: FastifyRequest,
  reply: FastifyReply,
  next: (value: Value) => void,
  refuse: (error: unknown, request: FastifyRequest, reply: FastifyReply) => void = sendProblem,
): void {
  promise
    .then(next, (error: unknown) => refuse(error, request, reply))
    .catch((error: unknown) => sendProblem(error, request, reply))
    .catch((error: unknown) => logFailure(error, request));
}

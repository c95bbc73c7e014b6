import type { FastifyRequest } from 'fastify';
import type { DomainError } from '../../common/http/problem/domain-error';

/** Whoever remembers what happened at the gate. Neither may wait for anything. */
export interface AccessWitness {
  /** A request was refused because of who calls. */
  refused(error: DomainError, request: FastifyRequest): void;
  /** What an operation says is to be noted is about to be answered. */
  answered(noted: Noted, request: FastifyRequest): void;
}

/**
 * What the trail remembers of a response: that personal data were read by somebody else than the rider (`read`), or by anybody
 * (`every read`); or that something beside the database was changed.
 */
export type Noted = 'read' | 'every read' | 'changed';

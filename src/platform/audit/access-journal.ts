import { BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { DomainError } from '../../common/http/problem/domain-error';
import { Clock } from '../../common/time/clock';
import type { AccessWitness, Noted } from '../access/access-witness';
import { networkOf } from '../access/limits/network-of';
import type { AuditEntry, AuditOutcome } from './audit-entry';
import { AuditTrail } from './audit-trail';
import { objectOf, originOf } from './origin-of';
import { RefusalBudget } from './refusal-budget';

const PERIOD_MS = 60_000;

/** Remembers refusals and reads of personal data. Nothing waits for it. */
@Injectable()
export class AccessJournal implements AccessWitness, BeforeApplicationShutdown {
  /** Apart: however many strangers are refused, what is refused to a known key or person is noted. */
  private readonly ofKnown = new RefusalBudget();
  private readonly ofStrangers = new RefusalBudget();
  private period: NodeJS.Timeout | null = null;

  constructor(
    private readonly trail: AuditTrail,
    private readonly clock: Clock,
  ) {}

  refused({ code }: DomainError, request: FastifyRequest): void {
    const entry = this.entryOf(request, 'refused', code);
    this.period ??= setTimeout(() => this.endPeriod(), PERIOD_MS).unref();
    const { keyId, client, address } = entry;
    const known = keyId ?? client;
    const isNoted =
      known === '' ? this.ofStrangers.spend(networkOf(address), entry) : this.ofKnown.spend(known, entry);
    if (isNoted) this.trail.note(entry);
  }

  /** Where a rider reads the own data, it is remembered only if every read is. */
  answered(noted: Noted, request: FastifyRequest): void {
    if (noted === 'read' && request.caller.binding.user_id !== undefined) return;
    this.trail.note(this.entryOf(request, noted === 'every read' ? 'read' : noted, null));
  }

  beforeApplicationShutdown(): void {
    this.endPeriod();
  }

  private endPeriod(): void {
    if (this.period) clearTimeout(this.period);
    this.period = null;
    for (const entry of [...this.ofKnown.next(), ...this.ofStrangers.next()]) this.trail.note(entry);
  }

  private entryOf(request: FastifyRequest, outcome: AuditOutcome, reason: string | null): AuditEntry {
    return {
      ...originOf(request),
      occurredAt: this.clock.now(),
      object: objectOf(request),
      outcome,
      changes: null,
      reason,
    };
  }
}

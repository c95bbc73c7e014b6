import type { EventLoopDelay, InstanceCache, InstancePool } from './dto/instances.dto';

export const INSTANCE_ROLES = ['single', 'worker'] as const;
export type InstanceRole = (typeof INSTANCE_ROLES)[number];

/** What a process says about itself each time. */
export interface InstanceFigures {
  readonly cache: InstanceCache;
  readonly event_loop_delay_ms: EventLoopDelay;
  readonly pool: InstancePool;
  readonly memory_bytes: number;
}

/** What never changes about a process. */
export interface InstanceIdentity {
  readonly instance_id: string;
  readonly host: string;
  readonly pid: number;
  readonly role: InstanceRole;
  readonly version: string;
  readonly node_version: string;
  readonly started_at: Date;
}

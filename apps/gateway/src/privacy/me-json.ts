import { iso } from '../http/json.js';
import { type Deletion, personalServices } from './deletion.js';
import type { DeletionReport } from './me.schema.js';

/** A deletion as REST reports it. */
export function toReport(deletion: Deletion): DeletionReport {
  const { state, nextTime, services } = deletion;
  return {
    deletion_id: deletion.deletionId,
    status: state,
    requested_at: deletion.requestTime.toISOString(),
    confirmed_at: iso(deletion.confirmTime),
    final_round_at: state === 'confirmed' ? nextTime.toISOString() : null,
    completed_at: iso(deletion.completeTime),
    services: personalServices.map((service) => {
      const { done = false, kinds = [], error } = services[service] ?? {};
      return { service, status: done ? 'done' : 'pending', kinds: [...kinds], error_code: error ?? null };
    }),
  };
}

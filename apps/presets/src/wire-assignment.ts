import { PresetAssignment as WireAssignment } from '@atelier/contracts/presets/v1';
import type { PresetAssignment } from './domain/preset-experiment.js';

/** An assignment for the wire. */
export function toWireAssignment(assignment: PresetAssignment | undefined): WireAssignment | undefined {
  return assignment && WireAssignment.create(assignment);
}

/** What a service tells about the version that was used; anything else than a variant is none. */
export function fromWireAssignment(assignment: WireAssignment | undefined): PresetAssignment | undefined {
  if (!assignment) return undefined;
  const { experimentId, variant, version } = assignment;
  return variant === 'a' || variant === 'b' ? { experimentId, variant, version } : undefined;
}

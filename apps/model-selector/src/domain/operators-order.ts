import { createHash } from 'node:crypto';
import type { Peer, Workflow } from '@atelier/model-catalog';
import type { Candidate } from './candidates.js';
import type { ModelHealth } from './model-health.js';

/** What an operator decided about a model. */
export type Decision = Pick<ModelHealth, 'weight' | 'priority'>;

interface Member {
  readonly candidate: Candidate;
  readonly priority: number;
  readonly weight: number;
  readonly decided: boolean;
}

const usualWeight = 100;

/**
 * Puts equivalent models (peers) into the order that operators decided: a higher priority comes first, and models of the
 * same priority share the load by their weights, each request by its key. Where nobody decided anything, and between models
 * that are no peers, the order of the catalogue stays.
 */
export function inOperatorsOrder(
  listed: readonly Candidate[],
  { workflow, peers, key }: { readonly workflow: Workflow; readonly peers: readonly Peer[]; readonly key: string },
  decisionOn: (candidate: Candidate) => Decision,
): readonly Candidate[] {
  let order = listed;
  for (const word of new Set(peers.map((peer) => peer.peers))) {
    const members = order.flatMap((candidate): Member[] => {
      const peer = peers.find((one) => one.peers === word && one.model.id === candidate.model.id);
      if (!peer) return [];
      const { weight, priority } = decisionOn(candidate);
      return [
        {
          candidate,
          priority: priority ?? usualPriority(peer),
          weight: weight ?? usualWeight,
          decided: weight !== undefined || priority !== undefined,
        },
      ];
    });
    if (members.some(({ decided }) => decided)) order = place(order, members, workflow, key);
  }
  return order;
}

/** Without a decision the catalogue speaks: its named models come before its fallbacks, and those before all others. */
function usualPriority({ variant, order }: Peer): number {
  if (variant === 'available') return -100;
  return variant === 'fallback' ? -10 * order : 0;
}

/** Peers that are worth no less than the first one stand in its place; the others keep their places among themselves. */
function place(order: readonly Candidate[], members: readonly Member[], workflow: Workflow, key: string) {
  const [first] = members;
  if (!first) return order;
  const sorted = sortMembers(members, key);
  const leading = sorted.filter(({ priority }) => priority >= first.priority);
  const following = sorted.filter(({ priority }) => priority < first.priority);
  const ours = new Set(members.map(({ candidate }) => candidate));
  return order.flatMap((candidate) => {
    if (!ours.has(candidate)) return [candidate];
    if (candidate === first.candidate) return leading.map((member) => raised(member, first, workflow));
    if (leading.some((member) => member.candidate === candidate)) return [];
    return following.splice(0, 1).map((member) => member.candidate);
  });
}

function raised({ candidate, priority }: Member, first: Member, workflow: Workflow): Candidate {
  if (candidate === first.candidate) return candidate;
  const choice = priority > first.priority ? 'the operator’s first choice' : 'an equal choice';
  return { model: candidate.model, why: `${choice} for ${workflow.replaceAll('_', ' ')}` };
}

function sortMembers(members: readonly Member[], key: string): Member[] {
  const priorities = [...new Set(members.map(({ priority }) => priority))].toSorted((one, other) => other - one);
  return priorities.flatMap((priority) => {
    const equal = members.filter((member) => member.priority === priority);
    return equal.some(({ decided }) => decided) ? byWeight(equal, key) : equal;
  });
}

/** Weighted rendezvous: every model draws a lot from the key; a model that comes or goes moves no other request. */
function byWeight(members: readonly Member[], key: string): Member[] {
  return members
    .map((member) => ({ member, lot: lotOf(key, member) }))
    .toSorted((one, other) => one.lot - other.lot)
    .map(({ member }) => member);
}

/** Exponentially distributed with the weight as its rate, so the smallest lot falls to each by its share. */
function lotOf(key: string, { candidate, weight }: Member): number {
  if (weight <= 0) return Number.MAX_VALUE;
  const hash = createHash('sha256').update(`${candidate.model.id}\n${key}`).digest();
  return -Math.log((hash.readUIntBE(0, 6) + 0.5) / 2 ** 48) / weight;
}

import type { SandboxModel } from './sandbox-model.js';

const LINES = 11;
const BAR_CELLS = 10;

/** What a model printed by the time `progress` (0..1) of its work was done, in the form of the tqdm library. */
export function logsAt(model: SandboxModel, seed: number, workMs: number, progress: number): string {
  const steps = model.medium.kind === 'video' ? 50 : 28;
  const shown = Math.floor(progress * (LINES - 1)) + 1;
  const lines = Array.from({ length: shown }, (_, index) => {
    // The newest line shows the exact state; the ones above it are the tenths that went by.
    const share = index === shown - 1 ? progress : index / (LINES - 1);
    return progressLine(share, steps, workMs);
  });
  return [`Using seed: ${seed}`, ...lines, ''].join('\n');
}

function progressLine(share: number, steps: number, workMs: number): string {
  const step = Math.round(share * steps);
  const bar = '█'.repeat(Math.round(share * BAR_CELLS)).padEnd(BAR_CELLS);
  const percent = String(Math.round(share * 100)).padStart(3);
  return `${percent}%|${bar}| ${step}/${steps} [${clockTime(workMs * share)}<${clockTime(workMs * (1 - share))}]`;
}

function clockTime(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}

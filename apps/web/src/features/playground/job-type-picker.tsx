import { FileDown, PenTool, Sparkles, SwatchBook } from 'lucide-react';
import { playgroundStrings as text } from '../../strings/en/playground.js';
import { type JobType, jobTypes } from './job-options.js';
import { useCapabilities } from './use-image-job.js';

export const jobIcons = {
  batch_optimization: FileDown,
  image_enhancement: Sparkles,
  sketch_preparation: PenTool,
  background_replacement: SwatchBook,
} as const;

/** What is done to the pictures. What this installation can't do says why. */
export function JobTypePicker({
  value,
  onChoose,
}: {
  readonly value: JobType;
  readonly onChoose: (type: JobType) => void;
}) {
  const capabilities = useCapabilities().data;
  return (
    <fieldset className="grid grid-cols-1 gap-2 sm:grid-cols-2">
      <legend className="mb-2 text-sm font-medium">{text.kind}</legend>
      {jobTypes.map((type) => {
        const Icon = jobIcons[type];
        const { enabled = true, reason = null } = capabilities?.get(type) ?? {};
        return (
          <label
            key={type}
            className="flex cursor-pointer gap-3 rounded-lg border border-line bg-surface p-3 has-checked:border-accent has-checked:bg-accent-soft has-disabled:cursor-not-allowed has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name="job-type"
              value={type}
              checked={value === type}
              disabled={!enabled}
              onChange={() => onChoose(type)}
              className="sr-only"
            />
            <Icon className="mt-0.5 size-4.5 shrink-0 text-accent-strong" aria-hidden />
            <span className="min-w-0">
              <span className="block text-sm font-medium">{text.types[type]}</span>
              <span className="block text-xs text-muted">
                {enabled ? text.typeDetails[type] : text.unavailable(reason)}
              </span>
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}

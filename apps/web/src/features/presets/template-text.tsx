import { promptPlaceholder } from './preset-form.js';

/** A template or prompt in which the place of the prompt, or the prompt itself, stands out. */
export function TemplateText({ template, prompt }: { readonly template: string; readonly prompt?: string }) {
  const [before = '', ...after] = template.split(promptPlaceholder);
  return (
    <span className="break-words">
      {before}
      {after.length > 0 && (
        <mark className="rounded bg-accent-soft px-0.5 font-medium text-accent-strong">
          {prompt ?? promptPlaceholder}
        </mark>
      )}
      {after.join(promptPlaceholder)}
    </span>
  );
}

import { wordDifference } from './word-difference.js';

/** A text with what was added to another one marked, and what was taken out struck through. */
export function TextDifference({ before, after }: { readonly before: string; readonly after: string }) {
  return (
    <p className="break-words whitespace-pre-wrap">
      {wordDifference(before, after).map(({ kind, text }, index) => {
        if (kind === 'added') {
          return (
            <ins key={index} className="rounded bg-success-soft text-success no-underline">
              {text}
            </ins>
          );
        }
        if (kind === 'removed') {
          return (
            <del key={index} className="rounded bg-danger-soft text-danger">
              {text}
            </del>
          );
        }
        return <span key={index}>{text}</span>;
      })}
    </p>
  );
}

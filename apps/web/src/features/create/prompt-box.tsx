import { type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from 'react';
import { createStrings as text } from '../../strings/en/create.js';
import { classes } from '../../ui/classes.js';
import { complete, completionAt } from './completion-at.js';
import { CompletionList, NoReferences, optionId } from './completion-list.js';
import { maxPromptLength } from './draft.js';
import { type Completion, useCompletions } from './use-completions.js';

/** From here on the length is shown. */
const countFrom = maxPromptLength * 0.75;
const movesCaret = ['ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown'];

/**
 * Where the prompt is typed. Arrow keys choose a completion, Enter or Tab take it, Escape closes the list; without a chosen one
 * Enter is a new line.
 */
export function PromptBox({
  value,
  onChange,
  box,
  invalid,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly box: RefObject<HTMLTextAreaElement | null>;
  /** The server refused the prompt. */
  readonly invalid: boolean;
}) {
  const id = useId();
  const listId = `${id}-list`;
  const [caret, setCaret] = useState<number>();
  const [chosen, setChosen] = useState(-1);
  const caretAfter = useRef<number>(undefined);
  const typed = caret === undefined ? undefined : completionAt(value, caret);
  const { completions, isWithoutReferences } = useCompletions(typed);
  const isOpen = typed !== undefined && completions.length > 0;
  // After an @ there is nothing else to mean: the first one is chosen already.
  const active = isOpen
    ? Math.min(chosen === -1 && typed.kind === 'reference' ? 0 : chosen, completions.length - 1)
    : -1;
  const over = value.trim().length - maxPromptLength;

  useEffect(() => {
    if (caretAfter.current === undefined) return;
    box.current?.setSelectionRange(caretAfter.current, caretAfter.current);
    caretAfter.current = undefined;
  }, [value, box]);

  const close = () => {
    setCaret(undefined);
    setChosen(-1);
  };
  const take = ({ value: completion }: Completion) => {
    if (!typed) return;
    const next = complete(value, typed, completion);
    caretAfter.current = next.caret;
    onChange(next.text);
    close();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (movesCaret.includes(event.key)) close();
    if (!isOpen || event.nativeEvent.isComposing || event.ctrlKey || event.metaKey) return;
    const { length } = completions;
    const completion = completions[active];
    if (event.key === 'ArrowDown') setChosen((active + 1) % length);
    else if (event.key === 'ArrowUp') setChosen(active <= 0 ? length - 1 : active - 1);
    else if ((event.key === 'Enter' || event.key === 'Tab') && completion && !event.shiftKey) take(completion);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="relative">
      <label htmlFor={id} className="mb-1.5 block font-medium">
        {text.prompt}
      </label>
      <textarea
        ref={box}
        id={id}
        rows={4}
        value={value}
        placeholder={text.placeholder}
        role="combobox"
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-expanded={isOpen}
        aria-controls={isOpen ? listId : undefined}
        aria-activedescendant={active >= 0 ? optionId(listId, active) : undefined}
        aria-invalid={invalid || over > 0 || undefined}
        aria-describedby={value.length >= countFrom ? `${id}-count` : undefined}
        onChange={({ target }) => {
          onChange(target.value);
          setCaret(target.selectionStart);
          setChosen(-1);
        }}
        onKeyDown={onKeyDown}
        onClick={close}
        onBlur={close}
        className="block field-sizing-content max-h-96 min-h-28 w-full resize-y rounded-lg border border-control bg-surface px-3 py-2.5 text-base aria-[invalid=true]:border-danger"
      />
      {isOpen && <CompletionList id={listId} completions={completions} active={active} onChoose={take} />}
      {typed && isWithoutReferences && <NoReferences />}
      <p role="status" className="sr-only">
        {isOpen && text.suggestionCount(completions.length)}
      </p>
      {value.length >= countFrom && (
        <p id={`${id}-count`} className={classes('mt-1 text-right text-xs', over > 0 ? 'text-danger' : 'text-muted')}>
          {text.count(value.trim().length, maxPromptLength)}
          {over > 0 && ` ${text.tooLong(over)}`}
        </p>
      )}
    </div>
  );
}

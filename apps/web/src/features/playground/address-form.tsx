import { useState } from 'react';
import { useDraft } from '../../settings/use-draft.js';
import { playgroundStrings as text } from '../../strings/en/playground.js';
import { Button } from '../../ui/button.js';
import { Disclosure } from '../../ui/disclosure.js';
import { TextAreaField } from '../../ui/field.js';
import { mostSources, readAddresses } from './sources.js';

/** Adds pictures by their addresses; what is none stays in the box. */
export function AddressForm({
  room,
  onAdd,
}: {
  /** How many more pictures there is room for. */
  readonly room: number;
  readonly onAdd: (addresses: readonly string[]) => void;
}) {
  const [shown, setShown] = useState(false);
  const [typed, setTyped] = useDraft('playground-addresses', '');
  const [error, setError] = useState<string>();
  const add = () => {
    const { good, bad } = readAddresses(typed);
    const left = good.slice(room);
    onAdd(good.slice(0, room));
    setTyped([...bad, ...left].join('\n'));
    setError(
      bad.length > 0 ? text.badAddresses(bad) : left.length > 0 ? text.tooManyAddresses(mostSources) : undefined,
    );
  };
  return (
    <Disclosure label={text.fromWeb} open={shown} onToggle={setShown}>
      <div className="space-y-2">
        <TextAreaField
          label={text.addresses}
          hint={text.addressesHint}
          error={error}
          rows={3}
          spellCheck={false}
          value={typed}
          onChange={({ target }) => {
            setTyped(target.value);
            setError(undefined);
          }}
        />
        <Button size="small" disabled={typed.trim() === ''} onClick={add}>
          {text.addAddresses}
        </Button>
      </div>
    </Disclosure>
  );
}

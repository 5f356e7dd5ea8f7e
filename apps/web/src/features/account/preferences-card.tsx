import { useState } from 'react';
import { accountStrings as text } from '../../strings/en/account.js';
import { Card } from '../../ui/card.js';
import { Loaded, Skeleton } from '../../ui/states.js';
import { PreferencesForm } from './preferences-form.js';
import { usePreferences } from './use-preferences.js';

export function PreferencesCard() {
  const query = usePreferences();
  const [round, setRound] = useState(0);
  const reload = () => void query.refetch().then(() => setRound((before) => before + 1));
  return (
    <Card heading={text.preferences}>
      <p className="mb-4 text-sm text-muted">{text.preferencesHint}</p>
      <Loaded query={query} skeleton={<Skeleton className="h-72" />}>
        {(tagged) => <PreferencesForm key={`${tagged.entityTag} ${round}`} tagged={tagged} onReload={reload} />}
      </Loaded>
    </Card>
  );
}

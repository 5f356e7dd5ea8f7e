import { FlaskConical, Plus } from 'lucide-react';
import { useState } from 'react';
import { useIsAdmin } from '../../api/use-me.js';
import { experimentsStrings as text } from '../../strings/en/experiments.js';
import { AdminsOnly } from '../../ui/admins-only.js';
import { Button } from '../../ui/button.js';
import { Page } from '../../ui/page.js';
import { EmptyState, Loaded } from '../../ui/states.js';
import { ExperimentCard } from './experiment-card.js';
import { ExposedCard } from './exposed-card.js';
import { NewExperiment } from './new-experiment.js';
import { useExperiments } from './use-experiments.js';

export function ExperimentsPage() {
  const admin = useIsAdmin();
  const [making, setMaking] = useState(false);
  const create = (
    <Button look="primary" icon={<Plus className="size-4" aria-hidden />} onClick={() => setMaking(true)}>
      {text.new}
    </Button>
  );
  return (
    <Page title={text.title} description={text.description} className="max-w-5xl" actions={admin && create}>
      <AdminsOnly>
        <div className="space-y-4">
          <List />
          <ExposedCard />
        </div>
        <NewExperiment open={making} onClose={() => setMaking(false)} />
      </AdminsOnly>
    </Page>
  );
}

function List() {
  const experiments = useExperiments();
  return (
    <Loaded query={experiments}>
      {(all) =>
        all.length === 0 ? (
          <EmptyState icon={<FlaskConical aria-hidden />} title={text.noneTitle}>
            {text.none}
          </EmptyState>
        ) : (
          <>
            {all.map((experiment) => (
              <ExperimentCard key={experiment.id} experiment={experiment} />
            ))}
            {experiments.hasNextPage && (
              <Button busy={experiments.isFetchingNextPage} onClick={() => void experiments.fetchNextPage()}>
                {text.more}
              </Button>
            )}
          </>
        )
      }
    </Loaded>
  );
}

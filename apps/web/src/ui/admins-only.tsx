import { ShieldCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { useMe } from '../api/use-me.js';
import { uiStrings as text } from '../strings/en/ui.js';
import { EmptyState, Loaded } from './states.js';

/** Shows administrators what is inside, and everybody else a sentence. Nothing inside asks the server before that is known. */
export function AdminsOnly({ children }: { readonly children: ReactNode }) {
  const me = useMe();
  return (
    <Loaded query={me}>
      {({ scopes }) =>
        scopes.includes('admin') ? (
          children
        ) : (
          <EmptyState icon={<ShieldCheck aria-hidden />} title={text.adminsOnly}>
            {text.adminsOnlyDetail}
          </EmptyState>
        )
      }
    </Loaded>
  );
}

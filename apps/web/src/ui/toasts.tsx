import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { toProblem } from '../api/problem.js';
import { uiStrings as text } from '../strings/en/ui.js';
import { Button } from './button.js';

const manager = Toast.createToastManager();

/** Short messages about what was done somewhere else on the page. What needs an answer belongs where it happened. */
export const toasts = {
  done: (message: string): void => void manager.add({ description: message, type: 'done' }),
  failed: (thrown: unknown): void =>
    void manager.add({ description: toProblem(thrown).detail, type: 'failed', priority: 'high', timeout: 10_000 }),
};

export function Toasts({ children }: { readonly children: ReactNode }) {
  return (
    <Toast.Provider toastManager={manager} limit={3}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="fixed inset-x-4 bottom-4 z-50 flex flex-col gap-2 sm:left-auto sm:w-96">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function List() {
  const { toasts: all } = Toast.useToastManager();
  return all.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className="flex items-start gap-3 rounded-lg border border-line bg-surface p-3 text-sm shadow-xl data-[type=failed]:border-danger"
    >
      <Toast.Description className="flex-1" />
      <Toast.Close
        render={
          <Button look="plain" size="icon" className="-m-1.5" aria-label={text.close} icon={<X className="size-4" />} />
        }
      />
    </Toast.Root>
  ));
}

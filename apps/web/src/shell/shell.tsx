import { Dialog } from '@base-ui/react/dialog';
import { Menu as MenuIcon, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { shellStrings as text } from '../strings/en/shell.js';
import { Button } from '../ui/button.js';
import { AccountMenu } from './account-menu.js';
import { ConnectionBanner } from './connection-banner.js';
import { Navigation } from './navigation.js';
import { SandboxBadge } from './sandbox-badge.js';

/** Header, navigation and the page. On phones the navigation is a drawer. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const [drawer, setDrawer] = useState(false);
  const [location] = useLocation();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    setDrawer(false);
    // A new page is a new subject: reading and tabbing go on at its beginning.
    if (!first.current) main.current?.focus();
    first.current = false;
    window.scrollTo(0, 0);
  }, [location]);
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[14rem_1fr]">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded focus:bg-surface focus:p-2"
      >
        {text.skip}
      </a>
      <aside className="sticky top-0 hidden h-dvh flex-col gap-4 overflow-y-auto border-r border-line bg-surface p-3 lg:flex">
        <Brand />
        <Navigation />
        <div className="mt-auto space-y-2">
          <SandboxBadge />
          <AccountMenu />
        </div>
      </aside>
      <div className="flex min-w-0 flex-col">
        <header className="sticky top-0 z-30 flex items-center gap-2 border-b border-line bg-surface px-3 py-2 lg:hidden">
          <Dialog.Root open={drawer} onOpenChange={(open) => setDrawer(open)}>
            <Dialog.Trigger
              render={
                <Button look="plain" size="icon" aria-label={text.openMenu} icon={<MenuIcon className="size-5" />} />
              }
            />
            <Dialog.Portal>
              <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/50" />
              <Dialog.Popup className="fixed inset-y-0 left-0 z-50 flex w-64 flex-col gap-4 overflow-y-auto bg-surface p-3">
                <div className="flex items-center justify-between">
                  <Dialog.Title className="sr-only">{text.menu}</Dialog.Title>
                  <Brand />
                  <Dialog.Close
                    render={
                      <Button look="plain" size="icon" aria-label={text.closeMenu} icon={<X className="size-5" />} />
                    }
                  />
                </div>
                <Navigation />
                <div className="mt-auto">
                  <AccountMenu />
                </div>
              </Dialog.Popup>
            </Dialog.Portal>
          </Dialog.Root>
          <Brand />
          <span className="ml-auto">
            <SandboxBadge />
          </span>
        </header>
        <ConnectionBanner />
        <main id="main" ref={main} tabIndex={-1} className="min-w-0 flex-1">
          {children}
        </main>
      </div>
    </div>
  );
}

function Brand() {
  return (
    <Link href="/" className="flex items-center gap-2 px-1 text-lg font-semibold tracking-tight">
      <img src="/icon.svg" alt="" className="size-7" />
      Atelier
    </Link>
  );
}

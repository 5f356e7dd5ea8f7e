import {
  Activity,
  FlaskConical,
  Images,
  Layers,
  Scale,
  ShieldCheck,
  SlidersHorizontal,
  Sparkles,
  Tags,
  Wand,
} from 'lucide-react';
import type { ComponentType } from 'react';
import { Link, useLocation } from 'wouter';
import { useIsAdmin } from '../api/use-me.js';
import { shellStrings as text } from '../strings/en/shell.js';

interface Entry {
  readonly href: string;
  readonly label: string;
  readonly icon: ComponentType<{ className?: string; 'aria-hidden'?: boolean }>;
}

const forEverybody: readonly Entry[] = [
  { href: '/', label: text.create, icon: Sparkles },
  { href: '/gallery', label: text.gallery, icon: Images },
  { href: '/presets', label: text.presets, icon: Layers },
  { href: '/references', label: text.references, icon: Tags },
  { href: '/playground', label: text.playground, icon: Wand },
  { href: '/compare', label: text.compare, icon: Scale },
];
const forAdministrators: readonly Entry[] = [
  { href: '/monitoring', label: text.monitoring, icon: Activity },
  { href: '/experiments', label: text.experiments, icon: FlaskConical },
  { href: '/admin', label: text.admin, icon: ShieldCheck },
];
const own: readonly Entry[] = [{ href: '/settings', label: text.settings, icon: SlidersHorizontal }];

export function Navigation() {
  const admin = useIsAdmin();
  return (
    <nav aria-label={text.menu} className="flex flex-col gap-4">
      <Entries entries={forEverybody} />
      {admin && <Entries entries={forAdministrators} heading={text.operate} />}
      <Entries entries={own} />
    </nav>
  );
}

function Entries({ entries, heading }: { readonly entries: readonly Entry[]; readonly heading?: string }) {
  const [location] = useLocation();
  return (
    <div>
      {heading && <p className="px-2.5 pb-1 text-xs font-medium text-muted">{heading}</p>}
      <ul className="space-y-0.5">
        {entries.map(({ href, label, icon: Icon }) => {
          const current = href === '/' ? location === '/' : location === href || location.startsWith(`${href}/`);
          return (
            <li key={href}>
              <Link
                href={href}
                aria-current={current ? 'page' : undefined}
                className="flex min-h-9 items-center gap-2.5 rounded-lg px-2.5 text-sm font-medium text-muted hover:bg-raised hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent-strong"
              >
                <Icon className="size-4.5" aria-hidden />
                {label}
              </Link>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

import { useProviders } from '../api/use-me.js';
import { shellStrings as text } from '../strings/en/shell.js';
import { Badge } from '../ui/badge.js';

/** Says when pictures come from the built-in sandbox and nothing is bought. */
export function SandboxBadge() {
  const { data } = useProviders();
  if (!data?.some((provider) => provider.enabled && provider.sandbox)) return null;
  return (
    <Badge tone="warning" title={text.sandboxDetail}>
      {text.sandbox}
    </Badge>
  );
}

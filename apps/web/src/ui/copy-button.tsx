import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { uiStrings as text } from '../strings/en/ui.js';
import { Button, type ButtonProps } from './button.js';
import { copyText } from './copy-text.js';

/** Copies a text and says so. */
export function CopyButton({
  value,
  label,
  ...rest
}: ButtonProps & { readonly value: string; readonly label: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await copyText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  };
  return (
    <Button
      size="small"
      {...rest}
      icon={copied ? <Check className="size-4" aria-hidden /> : <Copy className="size-4" aria-hidden />}
      onClick={() => void copy()}
    >
      <span aria-live="polite">{copied ? text.copied : label}</span>
    </Button>
  );
}

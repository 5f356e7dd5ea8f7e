import { uiStrings as text } from '../strings/en/ui.js';

/** Puts a text on the clipboard, also where a page without TLS gets no clipboard API. Rejects when it could not. */
export async function copyText(value: string): Promise<void> {
  // Absent outside of secure contexts, whatever its type says.
  const { clipboard } = navigator as { clipboard?: Clipboard };
  if (clipboard) return clipboard.writeText(value);
  const field = document.createElement('textarea');
  field.value = value;
  field.setAttribute('readonly', '');
  field.style.position = 'fixed';
  field.style.opacity = '0';
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  if (!copied) throw new Error(text.notCopied);
}

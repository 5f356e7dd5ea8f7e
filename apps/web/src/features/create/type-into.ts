/** Puts text where the caret is, as if it had been typed; a tag gets a space before it. */
export function typeInto(box: HTMLTextAreaElement, text: string): void {
  const { selectionStart: start, selectionEnd: end, value } = box;
  const gap = start > 0 && !/\s/.test(value.charAt(start - 1)) ? ' ' : '';
  box.focus();
  box.setRangeText(gap + text, start, end, 'end');
  box.dispatchEvent(new Event('input', { bubbles: true }));
}

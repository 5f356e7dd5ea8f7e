/** Where the focus goes when a picture is taken away. */
export const addImagesButton = '[data-add-images]';
/** … and when a choice is. */
export const choicesRow = '[data-choices]';

/** Moves the focus from something that is about to vanish to another control of the same card. */
export function focusBeside(from: Element, selector: string): void {
  from.closest('section')?.querySelector<HTMLElement>(selector)?.focus();
}

/** Goes to the first field of a form that is marked as wrong: there reading and typing go on. */
export function focusInvalid(form: HTMLElement | null): void {
  const field = form?.querySelector<HTMLElement>('[aria-invalid=true]');
  field?.focus({ preventScroll: true });
  // In the middle, where nothing that sticks to an edge covers it.
  field?.scrollIntoView({ block: 'center' });
}

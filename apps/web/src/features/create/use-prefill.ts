import { useEffect } from 'react';
import { useLocation, useSearch } from 'wouter';
import { type Draft, prefill } from './draft.js';

/** Fills in what the address names, once: it leaves the address, so that a reload doesn't undo later changes. */
export function usePrefill(change: (change: (before: Draft) => Draft) => void): void {
  const search = useSearch();
  const [path, navigate] = useLocation();
  useEffect(() => {
    if (search === '' || path !== '/') return;
    change((before) => prefill(before, new URLSearchParams(search)));
    navigate('/', { replace: true });
  }, [search, path, navigate, change]);
}

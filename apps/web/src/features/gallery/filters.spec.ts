import { filtersOf, toListQuery } from './filters.js';

const read = (search: string) => filtersOf(new URLSearchParams(search));

describe('filters of an address', () => {
  it('are what the server knows, and nothing else', () => {
    expect(read('status=failed&workflow=image_editing&session=desk-1&after=2026-11-20')).toEqual({
      status: 'failed',
      workflow: 'image_editing',
      session: 'desk-1',
      after: '2026-11-20',
    });
    expect(read('status=lost&workflow=toString&after=yesterday&before=2026-13-45&page=2&session=')).toEqual({});
  });

  it('take in the whole of the last day', () => {
    const { createdAfter = '', createdBefore = '' } = toListQuery(read('after=2026-11-20&before=2026-11-20'));
    expect(Date.parse(createdBefore) - Date.parse(createdAfter)).toBe(86_400_000);
  });
});

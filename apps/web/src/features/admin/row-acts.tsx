import { adminStrings as text } from '../../strings/en/admin.js';
import { Button } from '../../ui/button.js';

/** What can be done with the thing of a row, named for those who don't see the row. */
export function RowActs({
  name,
  onEdit,
  onDelete,
}: {
  readonly name: string;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
}) {
  return (
    <span className="flex gap-1.5">
      <Button size="small" aria-label={`${text.edit} ${name}`} onClick={onEdit}>
        {text.edit}
      </Button>
      <Button size="small" aria-label={`${text.delete} ${name}`} onClick={onDelete}>
        {text.delete}
      </Button>
    </span>
  );
}

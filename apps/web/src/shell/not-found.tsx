import { Link } from 'wouter';
import { shellStrings as text } from '../strings/en/shell.js';
import { buttonClasses } from '../ui/button.js';
import { Page } from '../ui/page.js';
import { EmptyState } from '../ui/states.js';

export function NotFound() {
  return (
    <Page title={text.notFound}>
      <EmptyState
        title={text.notFoundDetail}
        action={
          <Link href="/" className={buttonClasses('primary')}>
            {text.create}
          </Link>
        }
      />
    </Page>
  );
}

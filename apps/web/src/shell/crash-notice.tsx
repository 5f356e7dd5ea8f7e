import { Component, type ReactNode } from 'react';
import { shellStrings as text } from '../strings/en/shell.js';
import { Button } from '../ui/button.js';
import { ProblemNotice } from '../ui/problem-notice.js';

/** Shows what broke instead of an empty page. Drafts are kept, so that reloading loses nothing. */
export class CrashNotice extends Component<{ readonly children: ReactNode }, { readonly error?: unknown }> {
  override state: { readonly error?: unknown } = {};

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === undefined) return this.props.children;
    return (
      <div className="mx-auto max-w-2xl p-6">
        <h1 className="mb-3">{text.crashed}</h1>
        <ProblemNotice
          problem={this.state.error}
          actions={
            <Button size="small" onClick={() => location.reload()}>
              {text.reload}
            </Button>
          }
        />
      </div>
    );
  }
}

import { ImagePlus } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { uiStrings as text } from '../strings/en/ui.js';
import { Button } from '../ui/button.js';
import { classes } from '../ui/classes.js';
import { imageTypes } from './use-uploads.js';

/** A place that takes images dropped on it, pasted anywhere on the page, or chosen as files. */
export function ImageDrop({
  onFiles,
  multiple = true,
  pasteAnywhere = true,
  className,
  children,
}: {
  readonly onFiles: (files: readonly File[]) => void;
  readonly multiple?: boolean;
  readonly pasteAnywhere?: boolean;
  readonly className?: string;
  /** What the place holds; a hint with a button when absent. */
  readonly children?: ReactNode;
}) {
  const [over, setOver] = useState(false);
  const latest = useRef(onFiles);
  latest.current = onFiles;
  useEffect(() => {
    if (!pasteAnywhere) return;
    const paste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      // Spreadsheets and slides put a picture beside the text: in a field the text is meant.
      const intoField = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
      if (files.length === 0 || (intoField && event.clipboardData?.getData('text/plain'))) return;
      event.preventDefault();
      latest.current(files);
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, [pasteAnywhere]);

  return (
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFiles([...event.dataTransfer.files]);
      }}
      className={classes(className, over && 'outline-2 outline-offset-2 outline-accent')}
    >
      {children ?? (
        <div className="flex flex-col items-center gap-3 rounded-card border border-dashed border-control px-4 py-8 text-center text-muted">
          <ImagePlus className="size-7" aria-hidden />
          <p>{text.dropImages}</p>
          <FileButton multiple={multiple} onFiles={onFiles}>
            {text.chooseFiles}
          </FileButton>
        </div>
      )}
    </div>
  );
}

/** A button that opens the file dialog for images. */
export function FileButton({
  onFiles,
  multiple = true,
  children,
  ...rest
}: Omit<Parameters<typeof Button>[0], 'onClick'> & {
  readonly onFiles: (files: readonly File[]) => void;
  readonly multiple?: boolean;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept={imageTypes.join(',')}
        multiple={multiple}
        className="hidden"
        aria-hidden
        tabIndex={-1}
        data-testid="file-input"
        onChange={({ target }) => {
          onFiles([...(target.files ?? [])]);
          target.value = '';
        }}
      />
      <Button {...rest} onClick={() => input.current?.click()}>
        {children}
      </Button>
    </>
  );
}

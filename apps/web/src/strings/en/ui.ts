export const uiStrings = {
  close: 'Close',
  cancel: 'Cancel',
  retry: 'Try again',
  retryIn: (seconds: number) => `Try again in ${seconds} s`,
  tryInstead: 'Try this instead:',
  useModel: (model: string) => `Use ${model}`,
  requestId: (id: string) => `Request ${id}`,
  loading: 'Loading…',
  copied: 'Copied',
  notCopied: 'The browser did not allow copying. Select the text and copy it by hand.',
  dropImages: 'Drop images here, paste them, or choose files',
  chooseFiles: 'Choose files',
  uploading: (name: string) => `Uploading ${name}`,
  remove: (name: string) => `Remove ${name}`,
  notAnImage: (name: string) => `${name} is not a PNG, JPEG, WebP, GIF or AVIF image. Nothing was uploaded.`,
  tooLarge: (name: string, limit: string) =>
    `${name} is larger than ${limit}. Make it smaller first; nothing was uploaded.`,
  tooMany: (limit: number) =>
    limit === 0
      ? 'There is no room for more images.'
      : `There was room for ${limit} of these images; the rest was left out.`,
  before: 'Before',
  after: 'After',
  compareSlider: 'Where before ends and after begins',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Fit',
  download: 'Download',
  adminsOnly: 'This page is for administrators',
  adminsOnlyDetail:
    'Your key has no administrator’s scope. Ask an administrator for a key with it, then sign in again.',
};

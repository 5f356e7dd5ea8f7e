/** What a classifier was told beside a prompt. */
export interface ImageCounts {
  readonly workingImages: number;
  readonly uploadedImages: number;
  readonly references: number;
}

/** Counts are one digit. */
const mostCounted = 9;

/** As training examples write a context: `N` nothing, `R` reference, `U` upload, `W` working image; `U2` are two, `RU` one of each. */
export function contextCode({ references, uploadedImages, workingImages }: ImageCounts): string {
  const code = letter('R', references) + letter('U', uploadedImages) + letter('W', workingImages);
  return code === '' ? 'N' : code;
}

function letter(name: string, count: number): string {
  if (count === 0) return '';
  return count === 1 ? name : `${name}${Math.min(count, mostCounted)}`;
}

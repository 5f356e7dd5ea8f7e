/** One line of text in a drawing; `x`, `y` is the start of its base line, turned by `rotate` degrees around it. */
export interface Label {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly font: string;
  readonly colour?: string;
  readonly rotate?: number;
  readonly weight?: number;
  readonly opacity?: number;
}

/** A test image: an SVG scene with lines of text on it. */
export interface Drawing {
  readonly name: string;
  readonly script: 'latin' | 'cyrillic' | 'han' | 'none';
  readonly width: number;
  readonly height: number;
  readonly paper: string;
  /** SVG elements below the text. */
  readonly scene: string;
  /** Half the range of the noise that is added to every value. */
  readonly noise?: number;
  /** The drawing is rendered so many times larger than it is written down; 1 when unset. */
  readonly scale?: number;
  readonly labels: readonly Label[];
}

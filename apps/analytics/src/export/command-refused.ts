/** A mistake of the person at the terminal, or something that they must change first. The message is one line for them. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';

  constructor(
    message: string,
    /** 1: not possible at the moment; 2: wrong usage. */
    readonly exitCode: 1 | 2,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

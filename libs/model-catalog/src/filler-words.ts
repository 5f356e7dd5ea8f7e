/**
 * Words that ask for nothing by themselves, so that a model without a prompt loses nothing by not seeing them:
 * function words, polite words, and the phrases of quick prompt enhancement. No negations: "not blonde" must not fit.
 */
export const COMMON_FILLER: ReadonlySet<string> = new Set(
  `a an the this that these those it its my me i mine our us your you yours his her hers him he she their them they
  of to in into on at for from by as is be am are was so and with want wants wanted would like d ll s m re could can
  please kindly just give gives make makes making made let lets turn turns turned change changes changed changing
  convert converted transform put get need set apply try show create do have has had having
  very really nice good great beautiful lovely cool pretty
  high quality highly detail details detailed professional professionally photography hair styling`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

import { normalizePrompt } from './prompt-tokens.js';

/** Where a wish may end and the next one begin. The longer words come first. */
const joints = `and then|and also|and after that|and|then|after that|afterwards|plus|und dann|und|dann|danach|y luego|y despues|
  y|luego|despues|et puis|et ensuite|et|puis|ensuite|e depois|e entao|e poi|e|depois|poi|и потом|и затем|и|потом|затем|
  aur phir|aur|phir`;
/** "Make her wave after you put her in this dress": what is named first happens second. */
const lateJoints = `after you have|after you|after|but first|once you|nachdem du|aber zuerst|despues de|pero primero|apres avoir|
  mais d abord|depois de|mas primeiro|после того как|но сначала`;
const glyphJoints = '然后再|然后|接着|之后|并且|并|再|それから|そして|その後';

/** Politeness and order, before a command. */
const openers = `please|pls|can you|could you|would you|will you|i want you to|i d like you to|i would like you to|first of all|first|
  firstly|second|now|next|ok|okay|hey|hi|just|kindly|help me|let s|also|then|and|so|you|bitte|kannst du|konntest du|zuerst|erst|
  dann|und|por favor|puedes|primero|luego|s il te plait|s il vous plait|peux tu|pouvez vous|d abord|ensuite|pode|primeiro|depois|
  пожалуйста|можешь|сначала|потом|затем|pehle|phir`;

/** What a command to change a still picture begins with. A story ("she puts on a hat") begins otherwise. */
const changes = `put|dress|make|turn|change|remove|add|replace|swap|give|recolor|recolour|color|colour|colorize|colourise|colorise|
  dye|cut|trim|shave|style|edit|fix|repair|restore|enhance|improve|upscale|sharpen|deblur|denoise|crop|clean|erase|delete|cut out|
  place|convert|transform|render|redraw|repaint|paint|draw|get rid of|take out|blur|brighten|photoshop|retouch|apply|switch|
  putting|dressing|making|turning|changing|removing|adding|replacing|swapping|restoring|erasing|colorizing|
  zieh|setz|mach|mache|farbe|faerbe|entferne|losche|ersetze|andere|tausche|fuge|gib|verwandle|kleide|restauriere|scharfe|verbessere|
  ponle|pon|ponme|quita|quitale|cambia|cambiale|haz|hazle|borra|elimina|anade|agrega|convierte|transforma|restaura|viste|vistela|
  tine|pinta|mejora|reemplaza|mets|mettez|change|changez|enleve|enlevez|retire|retirez|supprime|ajoute|ajoutez|remplace|remplacez|
  transforme|transformez|habille|habillez|teins|colore|colorise|restaure|efface|coloque|ponha|poe|bota|mude|muda|troque|troca|remova|
  remove|tire|tira|adicione|adiciona|transforma|vista|veste|pinte|apague|apaga|metti|mettile|mettigli|togli|rimuovi|aggiungi|vesti|
  sostituisci|colora|надень|одень|убери|удали|сотри|замени|поменяи|измени|добавь|сделаи|преврати|перекрась|покрась|отреставрируи|
  восстанови|улучши|переодень|смени`;
/** … and ends with, in languages that put the verb last. */
const lateChanges = 'pehnao|pehna do|hatao|hata do|badlo|badal do|lagao|laga do|bana do|banao|kar do|karo';
const glyphChanges = '(?:请|先|帮我)*(?:把|将|给|为|换|去掉|去除|删|移除|加|添加|改|修复)';
const lateGlyphChanges =
  '(?:着せて|消して|変えて|替えて|換えて|して|付けて|つけて|加えて|取って|直して|削除|除去|追加)(?:から|ください|下さい)?';

/** What a command to set in motion begins with: not a thing ("the running dog") and not a state ("waving"). */
const motions = `make|have|let|animate|bring|get|zoom|dolly|pan|orbit|rotate|spin|move|set|turn|convert|create|generate|start|
  animiere|animier|lass|lasse|lassen|mach|mache|bring|bringe|erwecke|bewege|zoome|haz|hazla|hazlo|hazlos|anima|animala|animalo|que|dale|
  dejala|dejalo|pon|fais|faites|anime|animez|donne|donnez|qu|faca|faz|anime|animar|deixe|deixa|de vida|fai|falla|fallo|пусть|сделаи|анимируи|
  оживи|заставь|чтобы|приблизь`;
const lateMotions =
  'hilao|hila do|animate karo|animate kar do|move karo|nachao|chalao|dance karao|wave karao|muskurao|zinda karo';
const glyphMotions = '(?:请|再|然后)*(?:让|使|给|把|动|生成|做成|制作)';
const lateGlyphMotions = '(?:せて|かして|させて|動かして)(?:ください|下さい)?|アニメーション(?:に|化)?(?:して)?';

const asPattern = (words: string): string => words.replace(/\s*\n\s*/g, '').replaceAll(' ', "[ \u2019']+");
const word = (words: string): string => `(?:${asPattern(words)})(?![\\p{L}\\p{N}_-])`;
const command = (first: string, last: string, glyphs: string, lateGlyphs: string): RegExp =>
  new RegExp(
    `^(?:${word(openers)}[\\s,:]*)*(?:${word(first)}|${glyphs})|(?:^|\\s)(?:${asPattern(last)})$|(?:${lateGlyphs})$`,
    'u',
  );

const changeCommand = command(changes, lateChanges, glyphChanges, lateGlyphChanges);
const motionCommand = command(motions, lateMotions, glyphMotions, lateGlyphMotions);
const inJoint = `(?<![\\p{L}\\p{N}@_-])(?:${word(`${lateJoints}|${joints}`)})|${glyphJoints}|[,.;:!?、。，；！？]`;
const jointPattern = new RegExp(`(?: ?(?:${inJoint}))+`, 'giu');
const latePattern = new RegExp(`(?:^|\\s)${word(lateJoints)}\\s*$`, 'u');

/** A place at which a prompt can be cut in two. */
export interface Joint {
  /** UTF-16 offsets of what lies between the two parts. */
  readonly from: number;
  readonly to: number;
  /** What stands behind it happens first. */
  readonly reversed: boolean;
}

/** The last `most` places at which one wish may end and another begin; blanks are single. */
export function findJoints(prompt: string, most: number): Joint[] {
  const found = [...prompt.matchAll(jointPattern)].map((match) => ({
    from: match.index,
    to: match.index + match[0].length,
    reversed: latePattern.test(normalizePrompt(match[0])),
  }));
  return found.filter(({ from, to }) => from > 0 && to < prompt.length).slice(-most);
}

/** True for a part that tells us to change the picture. */
export function tellsToChange(part: string): boolean {
  return changeCommand.test(bare(part));
}

/** True for a part that tells us to set the picture in motion. */
export function tellsToMove(part: string): boolean {
  return motionCommand.test(bare(part));
}

function bare(part: string): string {
  return normalizePrompt(part)
    .trim()
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
}

/** Words that carry nothing a picture could show, in the languages of our users; those of one or two letters aside. */
const fillers = new Set(
  `the and for you can but has was are his her its our out get let put set all any now too off via per who how why this that
  with from into have been will would could should please pls want wants wanna like just make makes made give gives show turn
  need some more very also then than them they she him one der die das und mit ein eine einen einem einer für von auf aus bei
  zum zur den dem des ist sind mir mich mein meine meinen bitte mach mache machen kannst auch sehr les une que qui est sur dans
  avec pour pas mon mes ses son sont fais faire moi svp con por los las del una uno para que como está mis haz hazme quiero
  favor pon uma com meu minha meus dos das nos nas faz faça quero para для как что это мне мой моя мою мои или она его при
  сделай пожалуйста чтобы hai hain kar karo kro mein mera meri mere mujhe yeh aur bana banao do`.split(/\s+/u),
);
const LEAST_LETTERS = 3;

/** True for a word, in lower case, that says something about a picture. */
export function isTelling(word: string): boolean {
  return word.length >= LEAST_LETTERS && !fillers.has(word);
}

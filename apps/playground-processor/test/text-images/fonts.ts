/** Families as fontconfig knows them; all are free. */
export const sans = 'DejaVu Sans';
export const serif = 'DejaVu Serif';
export const mono = 'DejaVu Sans Mono';
export const roboto = 'Roboto';
export const condensed = 'Roboto Condensed';
export const round = 'Comfortaa';
export const pen = 'Humor Sans';
export const han = 'Noto Sans CJK SC';
export const mincho = 'Noto Serif CJK JP';

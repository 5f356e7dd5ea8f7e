import fc from 'fast-check';
import { inRoleOrder, type NamedReference, type ReferenceRole, referenceRoles, rolesOf } from './reference-roles.js';

const named = (...tags: string[]): NamedReference[] => tags.map((tag) => ({ tag, name: tag }));
const roles = (prompt: string, ...tags: string[]) => rolesOf(prompt, named(...tags));

describe('the role of a reference', () => {
  it.each<[string, string[], ReferenceRole[]]>([
    ['put @sarah in @reddress at @beach', ['sarah', 'reddress', 'beach'], ['person', 'garment', 'scene']],
    ['put @a in @b at @c', ['a', 'b', 'c'], ['person', 'garment', 'scene']],
    ['put @a in @b in @c', ['a', 'b', 'c'], ['person', 'garment', 'scene']],
    ['@x wearing @y in front of @z', ['x', 'y', 'z'], ['person', 'garment', 'scene']],
    ['try @y on @x', ['y', 'x'], ['garment', 'person']],
    ['put @x on @y', ['x', 'y'], ['person', 'scene']],
    ['put @reddress and @beach on @sarah', ['reddress', 'beach', 'sarah'], ['garment', 'scene', 'person']],
    ['@ben looking at @mia', ['ben', 'mia'], ['person', 'person']],
    ['dress @x in the @y', ['x', 'y'], ['person', 'garment']],
    ['@sarah in the style of @gogh', ['sarah', 'gogh'], ['person', 'style']],
    ['@sarah with @gogh’s look', ['sarah', 'gogh'], ['person', 'style']],
    ['a portrait of @ben, background: @z', ['ben', 'z'], ['person', 'scene']],
    ['make @x dance in @y', ['x', 'y'], ['person', 'scene']],
    ['@anna and @ben together', ['anna', 'ben'], ['person', 'person']],
    ['надень @платье на @катю', ['платье', 'катю'], ['person', 'person']],
    ["@kitchen's style in @bedroom", ['kitchen', 'bedroom'], ['style', 'scene']],
    ['combine @beach_dress and @me2 and @Old-City', ['beach_dress', 'me2', 'Old-City'], ['garment', 'person', 'scene']],
    ['@chat and @that', ['chat', 'that'], ['person', 'person']],
  ])('is found out in %s', (prompt, tags, expected) => {
    expect(roles(prompt, ...tags)).toEqual(expected);
  });

  it('is read from the name, too', () => {
    expect(
      rolesOf('mix @a with @b', [
        { tag: 'a', name: 'My winter coat' },
        { tag: 'b', name: 'Paris by night' },
      ]),
    ).toEqual(['garment', 'scene']);
  });

  it('is what its owner set, unless the request says something else', () => {
    const references: NamedReference[] = [
      { tag: 'Dress', name: 'dress', role: 'style' },
      { tag: 'sarah', name: 'sarah', role: 'scene' },
    ];
    expect(rolesOf('@sarah wearing @Dress', references)).toEqual(['style', 'scene']);
    expect(rolesOf('@sarah wearing @Dress', references, { '@dress': 'garment', SARAH: 'person' })).toEqual([
      'garment',
      'person',
    ]);
  });

  it('is one for each reference, whatever the prompt', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.string({ unit: 'grapheme' })), (prompt, tags) => {
        const found = roles(`${prompt} @${tags.join(' @')}`, ...tags);
        expect(found).toHaveLength(tags.length);
        for (const role of found) expect(referenceRoles).toContain(role);
      }),
    );
  });
});

describe('the order of pictures', () => {
  it('is person, garment, scene, style; equal roles stay in the order of the prompt', () => {
    expect(inRoleOrder(['scene', 'person', 'style', 'garment', 'person'])).toEqual([1, 4, 3, 0, 2]);
  });
});

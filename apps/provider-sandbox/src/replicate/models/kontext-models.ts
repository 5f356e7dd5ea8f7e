import type { EditEffect } from '../../rendering/edit-effect.js';
import type { InputField, SandboxModel } from '../sandbox-model.js';
import { choice, file, flag, integer, seed, text } from './input-fields.js';

const RATIOS = choices('match_input_image|1:1|16:9|9:16|4:3|3:4|3:2|2:3|4:5|5:4|21:9|9:21|2:1|1:2');

const HAIR_COLOURS = choices(
  'No change|Random|Blonde|Brunette|Black|Dark Brown|Medium Brown|Light Brown|Auburn|Copper|Red|' +
    'Strawberry Blonde|Platinum Blonde|Silver|White|Blue|Purple|Pink|Green|Blue-Black|Golden Blonde|Honey Blonde|' +
    'Caramel|Chestnut|Mahogany|Burgundy|Jet Black|Ash Brown|Ash Blonde|Titanium|Rose Gold',
);

const HAIRCUTS = choices(
  'No change|Random|Straight|Wavy|Curly|Bob|Pixie Cut|Layered|Messy Bun|High Ponytail|Low Ponytail|' +
    'Braided Ponytail|French Braid|Dutch Braid|Fishtail Braid|Space Buns|Top Knot|Undercut|Mohawk|Crew Cut|' +
    'Faux Hawk|Slicked Back|Side-Parted|Center-Parted|Blunt Bangs|Side-Swept Bangs|Shag|Lob|Angled Bob|A-Line Bob|' +
    'Asymmetrical Bob|Graduated Bob|Inverted Bob|Layered Shag|Choppy Layers|Razor Cut|Perm|Ombré|Straightened|' +
    'Soft Waves|Glamorous Waves|Hollywood Waves|Finger Waves|Tousled|Feathered|Pageboy|Pigtails|Pin Curls|' +
    'Rollerset|Twist Out|Bantu Knots|Dreadlocks|Cornrows|Box Braids|Crochet Braids|Double Dutch Braids|' +
    'French Fishtail Braid|Waterfall Braid|Rope Braid|Heart Braid|Halo Braid|Crown Braid|Braided Crown|' +
    'Bubble Braid|Bubble Ponytail|Ballerina Braids|Milkmaid Braids|Bohemian Braids|Flat Twist|Crown Twist|' +
    'Twisted Bun|Twisted Half-Updo|Twist and Pin Updo|Chignon|Simple Chignon|Messy Chignon|French Twist|' +
    'French Twist Updo|French Roll|Updo|Messy Updo|Knotted Updo|Ballerina Bun|Banana Clip Updo|Beehive|Bouffant|' +
    'Hair Bow|Half-Up Top Knot|Half-Up, Half-Down|Messy Bun with a Headband|Messy Bun with a Scarf|' +
    'Messy Fishtail Braid|Sideswept Pixie|Mohawk Fade|Zig-Zag Part|Victory Rolls',
);

const STYLES = choices(
  'Anime|Cartoon|Clay|Gothic|Graphic Novel|Lego|Memoji|Minecraft|Minimalist|Pixel Art|Random|Simpsons|Sketch|South Park|' +
    'Toy|Watercolor',
);

const PERSONAS = choices("Angel|Astronaut|Demon|Mage|Ninja|Na'vi|None|Random|Robot|Samurai|Vampire|Werewolf|Zombie");

const gender = choice(['none', 'male', 'female'], 'none');

/** Replicate's ready-made edits on FLUX Kontext. Only some of them take a prompt. */
export const kontextModels: readonly SandboxModel[] = [
  kontextApp(
    'change-haircut',
    'hair',
    ['input_image'],
    {
      haircut: choice(HAIRCUTS, 'No change'),
      hair_color: choice(HAIR_COLOURS, 'No change'),
      gender,
      aspect_ratio: choice(RATIOS, 'match_input_image'),
    },
    'e30b995ea7834dd440ee987205fffe1841ce28c638f2ec8d599972e904fe69f8',
  ),
  kontextApp(
    'professional-headshot',
    'restore',
    ['input_image'],
    {
      gender,
      background: choice(['white', 'black', 'neutral', 'gray', 'office'], 'neutral'),
      aspect_ratio: choice(RATIOS, 'match_input_image'),
    },
    '383e326b60ec0bd451af148f204579fc9dcc13c030df51ff2af628b2d2cdb21e',
  ),
  kontextApp(
    'restore-image',
    'restore',
    ['input_image'],
    {},
    'da7613a13aac59a1a3231023f0f30cf27991695ee0fe7ef52959ec1e02311c25',
  ),
  kontextApp('cartoonify', 'cartoon', ['input_image'], { aspect_ratio: choice(RATIOS, 'match_input_image') }),
  kontextApp('renaissance', 'restyle', ['input_image'], { aspect_ratio: choice(RATIOS, 'match_input_image') }),
  kontextApp('filters', 'restyle', ['input_image'], {
    filter: text,
    aspect_ratio: choice(RATIOS, 'match_input_image'),
  }),
  kontextApp('depth-of-field', 'restore', ['input_image'], { aspect_ratio: choice(RATIOS, 'match_input_image') }),
  kontextApp('multi-image-kontext-max', 'restyle', ['prompt', 'input_image_1', 'input_image_2'], {
    prompt: text,
    input_image_1: file,
    input_image_2: file,
    aspect_ratio: choice(RATIOS, 'match_input_image'),
  }),
  {
    ...kontextApp('face-to-many-kontext', 'cartoon', ['input_image'], {
      style: choice(STYLES, 'Random'),
      persona: choice(PERSONAS, 'None'),
      num_images: integer(1, 10, 1),
      preserve_background: flag(true),
      preserve_outfit: flag(false),
      aspect_ratio: choice(RATIOS, 'match_input_image'),
    }),
    output: 'many',
  },
];

function kontextApp(
  name: string,
  effect: EditEffect,
  required: readonly string[],
  fields: Readonly<Record<string, InputField>>,
  version?: string,
): SandboxModel {
  const takesOneImage = required.includes('input_image');
  return {
    id: `flux-kontext-apps/${name}`,
    description: `FLUX Kontext: ${name.replaceAll('-', ' ')}`,
    isOfficial: true,
    ...(version === undefined ? {} : { version }),
    output: 'one',
    medium: { kind: 'image', effect, megapixels: 1 },
    seconds: 3.5,
    input: {
      required,
      properties: {
        ...(takesOneImage ? { input_image: file } : {}),
        ...fields,
        seed,
        output_format: choice(['jpg', 'png'], 'png'),
        safety_tolerance: integer(0, 2, 2),
      },
    },
  };
}

/** A long list of names, written as one text to stay readable. */
function choices(names: string): readonly string[] {
  return names.split('|');
}

import { readConversation } from './conversation.js';

it('reads the last thing the user said, in text or in parts', () => {
  const conversation = readConversation([
    { role: 'user', content: 'first' },
    { role: 'assistant', content: 'ok' },
    { role: 'user', content: [{ type: 'text', text: 'second' }, { type: 'image_url' }] },
  ]);
  expect(conversation).toMatchObject({ prompt: 'second', hasImage: true, transcript: 'first\nok\nsecond' });
});

it.each([
  [{ prompt: 'a', context: { working_images: 2 } }, true],
  [{ prompt: 'a', uploadedImages: ['x'] }, true],
  [{ prompt: 'a', working_images: 0 }, false],
])('takes the prompt out of a message that is data: %j', (data, hasImage) => {
  expect(readConversation([{ role: 'user', content: JSON.stringify(data) }])).toMatchObject({ prompt: 'a', hasImage });
});

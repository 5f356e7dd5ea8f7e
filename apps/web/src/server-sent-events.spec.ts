import { parseEvent, readEvents } from './server-sent-events.js';

it('reads id, event and data of a block and ignores heartbeats', () => {
  expect(parseEvent('id: 3\nevent: progress\ndata: {"a":1}')).toEqual({ id: '3', event: 'progress', data: '{"a":1}' });
  expect(parseEvent(': heartbeat')).toBeUndefined();
  expect(parseEvent('data: a\ndata: b')?.data).toBe('a\nb');
});

it('gives whole events however the bytes are cut', async () => {
  const text = 'id: 1\nevent: queued\ndata: {}\n\n: beat\n\nid: 2\nevent: output\ndata: {"ü":"é"}\n\n';
  const bytes = new TextEncoder().encode(text);
  for (const size of [1, 2, 3, 7, bytes.length]) {
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
        controller.close();
      },
    });
    const events = [];
    for await (const event of readEvents(stream)) events.push(event);
    expect(events.map((event) => event.id)).toEqual(['1', '2']);
    expect(events[1]?.data).toBe('{"ü":"é"}');
  }
});

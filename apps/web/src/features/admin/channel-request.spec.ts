import { toForm, toRequest } from './channel-request.js';

const form = { ...toForm(undefined), name: ' On call ' };

describe('the request for an alert channel', () => {
  it('has only the fields of its kind', () => {
    expect(toRequest({ ...form, kind: 'webhook', url: ' https://example.org/hook ', host: 'mail' })).toEqual({
      name: 'On call',
      enabled: true,
      webhook: { url: 'https://example.org/hook' },
    });
    expect(toRequest({ ...form, kind: 'telegram', secret: '1:a', chatId: '-100' })).toEqual({
      name: 'On call',
      enabled: true,
      telegram: { bot_token: '1:a', chat_id: '-100' },
    });
  });

  it('leaves out secrets that were not typed, so that they stay what they were', () => {
    expect(toRequest({ ...form, kind: 'slack' })).toEqual({ name: 'On call', enabled: true, slack: {} });
    expect(
      toRequest({
        ...form,
        kind: 'email',
        host: 'mail.example.org',
        from: 'a@example.org',
        to: 'b@example.org; c@example.org',
      }).email,
    ).toEqual({
      host: 'mail.example.org',
      port: 587,
      security: 'starttls',
      from: 'a@example.org',
      to: ['b@example.org', 'c@example.org'],
    });
  });
});

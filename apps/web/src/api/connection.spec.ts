import { onlineManager } from '@tanstack/react-query';
import { connection } from './connection.js';

it('holds the server for away when the browser loses its network, until the server answers', () => {
  window.dispatchEvent(new Event('offline'));
  expect([connection.isReachable(), onlineManager.isOnline()]).toEqual([false, false]);
  // A network alone is no server.
  window.dispatchEvent(new Event('online'));
  expect(onlineManager.isOnline()).toBe(false);
  connection.found();
  expect([connection.isReachable(), onlineManager.isOnline()]).toEqual([true, true]);
});

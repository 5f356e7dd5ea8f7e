import { draftKey, rememberUser, session } from './session.js';

const draft = () => sessionStorage.getItem(draftKey('prompt'));

describe('credentials of a tab', () => {
  beforeEach(() => {
    sessionStorage.clear();
    session.open('atl_live_one', 'sarah');
    sessionStorage.setItem(draftKey('prompt'), '"a lighthouse"');
  });

  it('that expired lose nothing typed when the same user comes back', () => {
    session.close('expired');
    expect(session.ended()).toBe('expired');
    session.open('atl_live_two', 'sarah');
    expect([session.credentials(), draft()]).toEqual(['atl_live_two', '"a lighthouse"']);
  });

  it('of somebody else find nothing that was typed before', () => {
    session.close('expired');
    session.open('atl_live_three', 'tim');
    expect(draft()).toBeNull();
  });

  it('of a link, of whom nobody knows yet, find nothing either, and then belong to who they stand for', () => {
    session.open('atl_live_link');
    expect(draft()).toBeNull();
    sessionStorage.setItem(draftKey('prompt'), '"a forest"');
    rememberUser('tim');
    session.close('expired');
    session.open('atl_live_four', 'tim');
    expect(draft()).toBe('"a forest"');
  });

  it('leave nothing behind when somebody signs out', () => {
    session.close('signed-out');
    expect([session.credentials(), draft()]).toEqual([null, null]);
  });
});

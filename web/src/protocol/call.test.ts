import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kMaxDigitsShown, reduce } from './call.ts';
import type { Call, CallAction } from './call.ts';

const bot = { id: 'b', kind: 'application', displayName: 'Bot' } as const;
const dial: CallAction = { type: 'dial', id: 'c1', peer: bot };
const incoming: CallAction = { type: 'incoming', call: 'i1', from: bot };

function play(...actions: CallAction[]): Call | undefined {
  return actions.reduce<Call | undefined>(
    (call, action, now) => reduce(call, action, now),
    undefined,
  );
}

test('an outgoing call goes through its phases', () => {
  const steps: CallAction[] = [
    dial,
    { type: 'invited' },
    { type: 'progress', call: 'c1', state: 'ringing' },
    { type: 'progress', call: 'c1', state: 'connecting' },
    { type: 'answered', call: 'c1' },
  ];
  const phases = steps.map((_, index) => play(...steps.slice(0, index + 1))?.phase);
  assert.deepEqual(phases, ['preparing', 'calling', 'ringing', 'connecting', 'connected']);
  assert.equal(play(...steps)?.since, 4);
});

test('an incoming call is accepted', () => {
  assert.equal(play(incoming)?.phase, 'incoming');
  assert.equal(play(incoming, { type: 'accept' })?.phase, 'connecting');
  assert.equal(
    play(incoming, { type: 'accept' }, { type: 'answered', call: 'i1' })?.phase,
    'connected',
  );
});

test('a second call does not push out the running one', () => {
  assert.equal(play(dial, incoming)?.id, 'c1');
});

test('messages of another call change nothing', () => {
  assert.equal(play(dial, { type: 'answered', call: 'other' })?.phase, 'preparing');
});

test('late progress does not undo an answered call', () => {
  const call = play(
    dial,
    { type: 'answered', call: 'c1' },
    { type: 'progress', call: 'c1', state: 'ringing' },
  );
  assert.equal(call?.phase, 'connected');
});

test('the end keeps its reason until it is dismissed, and nothing wakes the call again', () => {
  const end: CallAction = {
    type: 'ended',
    call: 'c1',
    code: 480,
    subcode: 10037,
    reason: 'unreachable',
    message: 'no device',
  };
  assert.deepEqual(play(dial, end)?.end, {
    reason: 'unreachable',
    detail: 'no device (480/10037)',
  });
  assert.equal(play(dial, end, { type: 'answered', call: 'c1' })?.phase, 'ended');
  assert.equal(play(dial, end, { type: 'dismiss' }), undefined);
  assert.equal(play(dial, end, incoming)?.id, 'i1');
});

test('mute of this side and of the server are told apart', () => {
  const call = play(
    dial,
    { type: 'mute', muted: true },
    { type: 'muted', call: 'c1', muted: true, by: 'server' },
  );
  assert.deepEqual([call?.muted, call?.mutedByServer], [true, true]);
  assert.equal(play(dial, { type: 'muted', call: 'c1', muted: true, by: 'self' })?.muted, true);
});

test('only the last digits are shown', () => {
  const presses = Array.from({ length: kMaxDigitsShown + 5 }, (_, i): CallAction => ({
    type: 'digit',
    digit: String(i % 10),
  }));
  assert.equal(play(dial, ...presses)?.digits.length, kMaxDigitsShown);
});

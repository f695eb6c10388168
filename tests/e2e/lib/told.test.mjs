import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Told } from './told.mjs';

const headers = (id, sequence) => ({
  'x-microsoft-skype-message-id': id,
  'x-parley-sequence': String(sequence),
});
const notification = (changeType) => ({
  changeType,
  resourceUrl: '/communications/calls/c1',
  resourceData: {},
});

function told(...sequences) {
  const all = new Told();
  for (const sequence of sequences)
    all.take(
      headers(`id${sequence}`, sequence),
      notification(sequence === 3 ? 'deleted' : 'updated'),
    );
  return all;
}
const rows = (...sequences) =>
  sequences.map((sequence) => ({ id: `id${sequence}`, sequence, status: 'taken' }));

test('takes repeats with their own id, and none with another', () => {
  const all = told(1, 2);
  assert.equal(all.take(headers('id2', 2), notification('updated')), false);
  assert.equal(all.repeats, 1);
  assert.throws(() => all.take(headers('other', 2), notification('updated')), /another id/);
});

test('finds what came out of order or with a gap', () => {
  told(1, 2, 3).assertInOrder();
  const over = new Told();
  over.take(headers('id2', 2), notification('deleted'));
  over.assertInOrder();
  assert.throws(() => told(2, 3).assertInOrder(), /out of order/);
  assert.throws(() => told(1, 3, 2).assertInOrder(), /out of order/);
  assert.throws(() => told(1, 3).assertInOrder(), /out of order/);
  assert.throws(() => told(3).assertInOrder(), /out of order/);
});

test('finds what was never told', () => {
  told(1, 2, 3).assertComplete('c1', rows(1, 2, 3));
  assert.throws(() => told(1, 3).assertComplete('c1', rows(1, 2, 3)), /never got #2/);
  assert.throws(() => told(1, 2).assertComplete('c1', rows(1, 2)), /not told last/);
  const waiting = [{ id: 'id1', sequence: 1, status: 'pending' }];
  assert.throws(() => told(1).assertComplete('c1', waiting), /pending/);
  const over = [{ id: 'id1', sequence: 1, status: 'set_aside' }, ...rows(2, 3)];
  told(2, 3).assertComplete('c1', over);
});

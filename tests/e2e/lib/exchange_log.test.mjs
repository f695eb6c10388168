import assert from 'node:assert/strict';
import test from 'node:test';
import { dialectOf, operationOf } from './exchange_log.mjs';

const kCall = '/v1.0/communications/calls/57dab8b1-894c-409a-b240-bd8beae78896';

test('names operations as the checker knows them', () => {
  for (const [method, path, name] of [
    ['POST', '/v1.0/communications/calls', 'createCall'],
    ['GET', kCall, 'getCall'],
    ['DELETE', kCall, 'deleteCall'],
    ['POST', `${kCall}/answer`, 'answer'],
    ['POST', `${kCall}/microsoft.graph.playPrompt`, 'playPrompt'],
    ['GET', `${kCall}/operations`, 'listOperations'],
    ['GET', `${kCall}/operations/1d6de2d4-cd51-4309-8daa-70768651088e`, 'getOperation'],
  ])
    assert.equal(operationOf(method, path), name, `${method} ${path}`);
});

test('knows the dialect by the root', () => {
  assert.equal(dialectOf(kCall), 'v1.0');
  assert.equal(dialectOf('/beta/communications/calls'), 'beta');
  assert.equal(dialectOf('/beta/app/calls'), '2019');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceName } from './device.ts';

test('devices are named by browser and system', () => {
  const chrome =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Safari/537.36';
  assert.equal(deviceName(chrome), 'Chrome on Linux');
  assert.equal(deviceName(`${chrome} Edg/150.0`), 'Edge on Linux');
  assert.equal(
    deviceName('Mozilla/5.0 (iPhone; like Mac OS X) Version/18 Safari/604.1'),
    'Safari on iOS',
  );
  assert.equal(deviceName('curl'), 'Browser on unknown system');
});

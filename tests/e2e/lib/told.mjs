// What a bot was told, call by call, and whether it was told right: in order, nothing twice under another id.
import assert from 'node:assert/strict';

export class Told {
  /** Each call's notifications in the order of their first arrival: {sequence, id, state, change}. */
  calls = new Map();
  repeats = 0;

  /** Takes one POST of Parley; `headers` in lower case, as node gives them. */
  take(headers, { changeType, resourceUrl, resourceData }) {
    const id = headers['x-microsoft-skype-message-id'];
    const sequence = Number(headers['x-parley-sequence']);
    const call = resourceUrl.split('/calls/')[1].split('/')[0];
    const told = this.calls.get(call) ?? [];
    this.calls.set(call, told);
    const before = told.find((one) => one.sequence === sequence);
    if (before) {
      assert.equal(before.id, id, `call ${call}: #${sequence} came again under another id`);
      this.repeats++;
      return false;
    }
    told.push({ sequence, id, change: changeType, state: resourceData?.state });
    return true;
  }

  /** The first one of a call, `created`, is not told when the call was over before; then its end comes next. */
  assertInOrder() {
    for (const [call, told] of this.calls) {
      const first = told[0].sequence === 2 && told[0].change === 'deleted' ? 2 : 1;
      const sequences = told.map(({ sequence }) => sequence);
      assert.deepEqual(
        sequences,
        told.map((_, index) => first + index),
        `call ${call} was told out of order`,
      );
    }
  }

  /** `rows` are a call's notifications as the server keeps them: all of them were told, the end as the last. */
  assertComplete(call, rows) {
    const told = this.calls.get(call) ?? [];
    for (const { id, sequence, status, lastError } of rows) {
      if (status === 'set_aside' && sequence === 1) continue; // it was over before it could be told
      assert.equal(status, 'taken', `call ${call}: #${sequence} is ${status}: ${lastError}`);
      assert.ok(
        told.some((one) => one.id === id),
        `call ${call}: the bot never got #${sequence}`,
      );
    }
    assert.equal(told.at(-1)?.change, 'deleted', `call ${call}: its end was not told last`);
  }
}

// The one call that a session may have, as a pure reducer.
import type { CallMessage, EndReason, Identity } from './messages.ts';

export type Phase =
  'preparing' | 'calling' | 'ringing' | 'connecting' | 'connected' | 'incoming' | 'ended';

export interface End {
  /** A reason of the protocol, or what went wrong on this side. */
  reason: EndReason | 'gaveUp' | 'refused' | 'microphone' | 'connectionLost';
  /** The words of the other side, and its code, where there are some. */
  detail?: string;
}

export interface Call {
  id: string;
  direction: 'outgoing' | 'incoming';
  peer: Identity;
  phase: Phase;
  /** When it was answered, in milliseconds of the clock that `reduce` is given. */
  since?: number;
  muted: boolean;
  mutedByServer: boolean;
  /** What the user has pressed, for display. */
  digits: string;
  end?: End;
}

export type CallAction =
  | { type: 'dial'; id: string; peer: Identity }
  | { type: 'invited' }
  | { type: 'accept' }
  | { type: 'mute'; muted: boolean }
  | { type: 'digit'; digit: string }
  | { type: 'end'; end: End }
  | { type: 'dismiss' }
  | CallMessage;

export const kMaxDigitsShown = 32;

/** The next state of the call; messages of another call, or out of turn, change nothing. */
export function reduce(call: Call | undefined, action: CallAction, now: number): Call | undefined {
  switch (action.type) {
    case 'dial':
      return running(call) ? call : opened(action.id, 'outgoing', action.peer, 'preparing');
    case 'incoming':
      return running(call) ? call : opened(action.call, 'incoming', action.from, 'incoming');
    case 'dismiss':
      return running(call) ? call : undefined;
    default:
      if (!running(call) || ('call' in action && action.call !== call.id)) return call;
      return advance(call, action, now);
  }
}

type Advance = Exclude<CallAction, { type: 'dial' | 'incoming' | 'dismiss' }>;

function advance(call: Call, action: Advance, now: number): Call {
  switch (action.type) {
    case 'invited':
      return call.phase === 'preparing' ? { ...call, phase: 'calling' } : call;
    case 'accept':
      return call.phase === 'incoming' ? { ...call, phase: 'connecting' } : call;
    case 'progress':
      return call.phase === 'connected' || call.phase === 'incoming'
        ? call
        : { ...call, phase: action.state };
    case 'answered':
      return { ...call, phase: 'connected', since: call.since ?? now };
    case 'ended':
      return ended(call, { reason: action.reason, detail: detailOf(action) });
    case 'end':
      return ended(call, action.end);
    case 'mute':
      return { ...call, muted: action.muted };
    case 'muted':
      return action.by === 'self'
        ? { ...call, muted: action.muted }
        : { ...call, mutedByServer: action.muted };
    case 'digit':
      return { ...call, digits: (call.digits + action.digit).slice(-kMaxDigitsShown) };
  }
}

export function running(call: Call | undefined): call is Call {
  return call !== undefined && call.phase !== 'ended';
}

function opened(id: string, direction: Call['direction'], peer: Identity, phase: Phase): Call {
  return { id, direction, peer, phase, muted: false, mutedByServer: false, digits: '' };
}

function ended(call: Call, end: End): Call {
  return { ...call, phase: 'ended', end };
}

function detailOf({
  reason,
  message,
  code,
  subcode,
}: Extract<CallMessage, { type: 'ended' }>): string | undefined {
  if (reason === 'hangup') return undefined;
  return code === undefined ? message : `${message ?? ''} (${code}/${subcode})`.trim();
}

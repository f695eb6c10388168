// The messages of docs/client-protocol.md, as the page uses them. Unknown members are ignored.

export const kProtocol = 1;

export interface Identity {
  id: string;
  kind: 'user' | 'application';
  displayName: string;
}

export interface Contact extends Identity {
  userName?: string;
  available: boolean;
}

export interface User {
  id: string;
  displayName: string;
  userName: string;
}

export type EndReason =
  | 'hangup'
  | 'busy'
  | 'declined'
  | 'noAnswer'
  | 'unreachable'
  | 'mediaFailed'
  | 'resumeFailed'
  | 'platformRestarted'
  | 'failed';

/** What a client asks; `id` is added by the session. */
export type Request =
  | { type: 'invite'; call: string; to: string; sdp: string; display?: string }
  | { type: 'accept'; call: string; sdp: string }
  | { type: 'decline'; call: string; reason?: 'busy' | 'declined' }
  | { type: 'reoffer'; call: string; sdp: string }
  | { type: 'bye'; call: string }
  | { type: 'mute'; call: string; muted: boolean }
  | { type: 'contacts' }
  | { type: 'ping' };

export interface Ok {
  type: 'ok';
  id: string;
  sdp?: string;
  contacts?: Contact[];
}

export interface Refusal {
  type: 'error';
  id?: string;
  code: string;
  message: string;
}

export interface Welcome {
  type: 'welcome';
  protocol: number;
  session: string;
  user: User;
  iceServers: RTCIceServer[];
  resumeSeconds: number; // how long the server keeps the calls of a lost socket
}

/** What the server says about calls. */
export type CallMessage =
  | { type: 'incoming'; call: string; from: Identity }
  | { type: 'progress'; call: string; state: 'ringing' | 'connecting' }
  | { type: 'answered'; call: string }
  | {
      type: 'ended';
      call: string;
      code: number;
      subcode: number;
      reason: EndReason;
      message: string;
    }
  | { type: 'muted'; call: string; muted: boolean; by: 'self' | 'server' };

/** `seq` numbers what a session says, so that a resume can ask for what the socket lost. */
export type ServerMessage = Welcome | ((Ok | Refusal | CallMessage) & { seq?: number });

/** The members each type must have, and their JavaScript type. */
const kRequired: Record<ServerMessage['type'], Record<string, string>> = {
  ok: { id: 'string' },
  error: { code: 'string', message: 'string' },
  welcome: { protocol: 'number', session: 'string', user: 'object', resumeSeconds: 'number' },
  incoming: { call: 'string', from: 'object' },
  progress: { call: 'string', state: 'string' },
  answered: { call: 'string' },
  ended: { call: 'string', reason: 'string' },
  muted: { call: 'string', muted: 'boolean' },
};

/** Reads one server message; undefined when it is none that this page knows. */
export function parseServerMessage(text: string): ServerMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const members = value as Record<string, unknown>;
  const type = String(members['type']);
  if (!Object.hasOwn(kRequired, type)) return undefined;
  const required = Object.entries(kRequired[type as ServerMessage['type']]);
  if (required.some(([name, kind]) => members[name] === null || typeof members[name] !== kind))
    return undefined;
  if (type === 'welcome') return { iceServers: [], ...members } as unknown as Welcome;
  return members as unknown as ServerMessage;
}

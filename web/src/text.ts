// Every word the page says. A second language is a second object of this type.
import type { End, Phase } from './protocol/call.ts';
import type { Stop } from './protocol/session.ts';

const minutes = (seconds: number) =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

export const text = {
  product: 'Parley',

  signIn: {
    title: 'Sign in to call',
    userName: 'User name',
    password: 'Password',
    submit: 'Sign in',
    submitting: 'Signing in…',
    demo: 'Demo users',
    demoHint: 'Their passwords were printed by the server when it started.',
    wrongPassword: 'The user name or the password is wrong. Check both and try again.',
    refused: (detail: string) =>
      `The server did not let you in: ${detail || 'no reason given'}. Ask your administrator.`,
    unreachable:
      'The server does not answer. Check that it is running and that you are online, then try again.',
  },

  stopped: {
    signedOut: '',
    unauthenticated: 'Your sign-in has expired. Sign in again.',
    sessionReplaced: 'Parley was opened with this session elsewhere. Sign in again to use it here.',
    protocolVersion: 'This page is older than the server. Reload it, then sign in again.',
  } satisfies Record<Stop, string>,

  link: {
    online: 'Connected',
    connecting: 'Connecting…',
    waiting: 'Connection lost. Trying again…',
    callKept: 'Connection lost. Your call is kept for a while, and we try again.',
  },

  contacts: {
    heading: 'Contacts',
    search: 'Search people and bots',
    people: 'People',
    bots: 'Bots',
    available: 'Available',
    bot: 'Bot',
    offline: 'Offline',
    call: (name: string) => `Call ${name}`,
    none: 'Nobody to call yet. An administrator adds people with “parley user create” and bots with “parley app create”.',
    noMatch: (query: string) => `Nobody is called “${query}”.`,
    failed: (detail: string) => `The contacts could not be loaded: ${detail}`,
    retry: 'Try again',
  },

  call: {
    nothing: 'Choose somebody to call',
    nothingHint: 'Your calls appear here.',
    phase: {
      preparing: 'Waiting for your microphone…',
      calling: 'Calling…',
      ringing: 'Ringing…',
      connecting: 'Connecting…',
      connected: 'In call',
      incoming: 'is calling you',
      ended: 'Call ended',
    } satisfies Record<Phase, string>,
    timer: minutes,
    mute: 'Mute',
    unmute: 'Unmute',
    muted: 'You are muted',
    mutedByServer: 'You were muted by the other side',
    keypad: 'Keypad',
    hideKeypad: 'Hide keypad',
    key: (digit: string) => `Key ${digit}`,
    pressed: 'Keys pressed',
    noKeys: 'The other side does not take keys.',
    hangUp: 'Hang up',
    giveUp: 'Cancel call',
    accept: 'Accept',
    decline: 'Decline',
    again: 'Call again',
    close: 'Close',
    you: 'You',
    levelOf: (name: string) => `Sound level: ${name}`,
  },

  end: {
    hangup: ['Call ended', ''],
    gaveUp: ['Call cancelled', ''],
    busy: ['Busy', 'They cannot take another call now. Try again in a moment.'],
    declined: ['Declined', 'They did not take the call.'],
    noAnswer: ['No answer', 'Nobody picked up. Try again later.'],
    unreachable: [
      'Cannot be reached',
      'They are not signed in anywhere, or the bot is not running. Try again when they are online.',
    ],
    mediaFailed: [
      'No sound',
      'The sound connection could not be set up. Check your network or firewall (UDP), then call again.',
    ],
    resumeFailed: ['Connection lost', 'The server could not continue the call. Call again.'],
    connectionLost: [
      'Connection lost',
      'The server was out of reach for too long. Check your network, then call again.',
    ],
    platformRestarted: ['Server restarted', 'The server was restarted. Call again.'],
    refused: ['Call refused', 'The server did not place the call.'],
    microphone: ['No microphone', ''],
    failed: [
      'Call failed',
      'Something went wrong on the way. Call again; if it happens again, tell your administrator.',
    ],
  } satisfies Record<End['reason'], [string, string]>,

  microphone: {
    NotAllowedError:
      'Parley may not use the microphone. Allow it in the address bar of your browser, then call again.',
    NotFoundError: 'No microphone was found. Connect one, then call again.',
    NotReadableError: 'Another program holds the microphone. Close it, then call again.',
    InsecureContextError:
      'Browsers give the microphone only to secure pages. Open this page by https or on localhost.',
    other: 'The microphone could not be opened. Check it in your system settings, then call again.',
  },

  refusals: {
    unknownTarget: 'There is nobody with that name any more. Reload the contacts.',
    tooManyCalls: 'You are already in a call. Hang it up first.',
    tooFast: 'Too many requests in a short time. Wait a moment and try again.',
    unavailable: 'The server is overloaded or starting. Try again in a moment.',
    timeout: 'The server did not answer in time. Check your network and try again.',
  } as Record<string, string>,

  account: { menu: (name: string) => `Account of ${name}`, signOut: 'Sign out' },
  loading: 'Loading…',
  reload: 'Reload',
  dismiss: 'Dismiss',
};

/** What to say about a microphone that did not open. */
export function microphoneText(error: unknown): string {
  const name = error instanceof DOMException ? error.name : '';
  return Object.hasOwn(text.microphone, name)
    ? text.microphone[name as keyof typeof text.microphone]
    : text.microphone.other;
}

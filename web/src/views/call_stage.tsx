import { Avatar, makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';
import { BotRegular, CallRegular } from '@fluentui/react-icons';
import { useEffect, useRef, useState } from 'react';
import type { State, Store } from '../app/store.ts';
import { ring } from '../media/ring.ts';
import type { Call } from '../protocol/call.ts';
import { text } from '../text.ts';
import { CallControls, EndedControls } from './call_controls.tsx';
import { Keypad } from './keypad.tsx';
import { LevelBar } from './level_bar.tsx';
import { usePulse } from './pulse.ts';

const useStyles = makeStyles({
  idle: {
    margin: 'auto',
    display: 'grid',
    justifyItems: 'center',
    rowGap: '8px',
    padding: '24px',
    textAlign: 'center',
    color: tokens.colorNeutralForeground3,
  },
  idleIcon: {
    fontSize: '56px',
    color: tokens.colorBrandForeground1,
    opacity: 0.7,
    marginBottom: '8px',
  },
  stage: {
    flexGrow: 1,
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    overflowY: 'auto',
    boxSizing: 'border-box',
    padding: '32px 20px calc(24px + env(safe-area-inset-bottom))',
    color: '#fff',
    backgroundColor: '#1f1e33',
    backgroundImage: 'radial-gradient(120% 90% at 50% 0%, #3d3e78 0%, #1f1e33 70%)',
  },
  centre: {
    margin: 'auto',
    display: 'grid',
    justifyItems: 'center',
    rowGap: '8px',
    width: '100%',
    maxWidth: '420px',
    textAlign: 'center',
  },
  avatar: { marginBottom: '16px' },
  name: { outlineStyle: 'none', overflowWrap: 'anywhere' },
  status: { fontVariantNumeric: 'tabular-nums', opacity: 0.85, minHeight: '22px' },
  detail: { display: 'grid', rowGap: '8px', opacity: 0.85, maxWidth: '360px' },
  meters: {
    display: 'grid',
    rowGap: '10px',
    width: '100%',
    maxWidth: '300px',
    margin: '20px 0 8px',
  },
  controls: { flexShrink: 0, paddingTop: '24px' },
});

interface StageProps {
  store: Store;
  state: State;
  call: Call;
}

export function CallStage({
  store,
  state,
  call,
}: Omit<StageProps, 'call'> & { call: Call | undefined }) {
  const styles = useStyles();
  if (call) return <Stage key={call.id} store={store} state={state} call={call} />;
  return (
    <div className={styles.idle}>
      <CallRegular className={styles.idleIcon} />
      <Text as="h2" size={500} weight="semibold">
        {text.call.nothing}
      </Text>
      <Text>{text.call.nothingHint}</Text>
    </div>
  );
}

function Stage({ store, state, call }: StageProps) {
  const styles = useStyles();
  const [keypad, setKeypad] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const ended = call.phase === 'ended';
  const connected = call.phase === 'connected';
  useEffect(() => heading.current?.focus(), []);
  useEffect(() => (call.phase === 'ringing' ? ring('ringback') : undefined), [call.phase]);
  return (
    <section className={styles.stage} aria-label={call.peer.displayName}>
      <div className={styles.centre}>
        <Portrait call={call} small={keypad && connected} />
        <Text
          as="h2"
          size={600}
          weight="semibold"
          ref={heading}
          tabIndex={-1}
          className={styles.name}
        >
          {call.peer.displayName}
        </Text>
        <Status call={call} />
        {connected && (
          <div className={styles.meters}>
            <LevelBar
              name={text.call.you}
              stream={call.muted ? undefined : state.local}
              key={`you-${call.muted}`}
            />
            <LevelBar name={call.peer.displayName} stream={state.remote} />
          </div>
        )}
        {connected && keypad && <Keypad digits={call.digits} onPress={store.press} />}
      </div>
      <div className={styles.controls}>
        {ended ? (
          <EndedControls onAgain={() => void store.dial(call.peer)} onClose={store.dismissCall} />
        ) : (
          <CallControls
            call={call}
            keypad={keypad}
            onKeypad={setKeypad}
            onMute={store.toggleMute}
            onHangUp={store.hangUp}
          />
        )}
      </div>
    </section>
  );
}

function Portrait({ call, small }: { call: Call; small: boolean }) {
  const styles = useStyles();
  const pulse = usePulse();
  const icon = call.peer.kind === 'application' ? { icon: <BotRegular />, initials: null } : {};
  const waiting = call.phase === 'calling' || call.phase === 'ringing';
  return (
    <Avatar
      name={call.peer.displayName}
      color="colorful"
      size={small ? 64 : 128}
      {...icon}
      className={mergeClasses(styles.avatar, waiting && pulse)}
    />
  );
}

function Status({ call }: { call: Call }) {
  const styles = useStyles();
  const [title, hint] = call.end ? text.end[call.end.reason] : [];
  const seconds = useSeconds(call);
  const words =
    title ?? (call.phase === 'connected' ? text.call.timer(seconds) : text.call.phase[call.phase]);
  const muted = call.mutedByServer ? text.call.mutedByServer : text.call.muted;
  return (
    <>
      <Text
        className={styles.status}
        role={call.phase === 'connected' ? 'timer' : 'status'}
        weight={call.end ? 'semibold' : 'regular'}
      >
        {words}
      </Text>
      {call.end && (
        <div className={styles.detail} role="alert">
          {hint && <Text align="center">{hint}</Text>}
          {call.end.detail && (
            <Text align="center" size={hint ? 200 : 300}>
              {call.end.detail}
            </Text>
          )}
        </div>
      )}
      {call.phase === 'connected' && (call.muted || call.mutedByServer) && (
        <Text size={200} role="status">
          {muted}
        </Text>
      )}
    </>
  );
}

/** Seconds since the call was answered, once a second. */
function useSeconds({ phase, since }: Call): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    if (phase !== 'connected') return;
    setNow(performance.now());
    const timer = setInterval(() => setNow(performance.now()), 1000);
    return () => clearInterval(timer);
  }, [phase]);
  return since === undefined ? 0 : Math.max(0, (now - since) / 1000);
}

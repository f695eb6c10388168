import {
  Button,
  makeStyles,
  mergeClasses,
  ToggleButton,
  Tooltip,
} from '@fluentui/react-components';
import {
  CallEndFilled,
  CallFilled,
  DialpadFilled,
  DismissRegular,
  MicFilled,
  MicOffFilled,
} from '@fluentui/react-icons';
import type { Call } from '../protocol/call.ts';
import { text } from '../text.ts';

const useStyles = makeStyles({
  row: { display: 'flex', justifyContent: 'center', columnGap: '16px' },
  round: {
    width: '56px',
    height: '56px',
    minWidth: '56px',
    border: 'none',
    color: '#fff',
    backgroundColor: 'rgba(255, 255, 255, 0.14)',
    ':hover': { color: '#fff', backgroundColor: 'rgba(255, 255, 255, 0.24)' },
    ':hover:active': { color: '#fff', backgroundColor: 'rgba(255, 255, 255, 0.32)' },
    ':disabled': {
      color: 'rgba(255, 255, 255, 0.4)',
      backgroundColor: 'rgba(255, 255, 255, 0.08)',
    },
    ':focus-visible': { outline: '2px solid #fff', outlineOffset: '2px' },
  },
  on: {
    color: '#1f1e33',
    backgroundColor: '#fff',
    ':hover': { color: '#1f1e33', backgroundColor: '#e6e6f5' },
    ':hover:active': { color: '#1f1e33', backgroundColor: '#d6d6ee' },
  },
  end: {
    backgroundColor: '#c4314b',
    ':hover': { color: '#fff', backgroundColor: '#d74a63' },
    ':hover:active': { color: '#fff', backgroundColor: '#a52640' },
  },
  wide: { width: 'auto', padding: '0 24px' },
});

interface ControlsProps {
  call: Call;
  keypad: boolean;
  onKeypad: (shown: boolean) => void;
  onMute: () => void;
  onHangUp: () => void;
}

export function CallControls({ call, keypad, onKeypad, onMute, onHangUp }: ControlsProps) {
  const styles = useStyles();
  const connected = call.phase === 'connected';
  const mute = call.muted ? text.call.unmute : text.call.mute;
  const pad = keypad ? text.call.hideKeypad : text.call.keypad;
  const end = connected ? text.call.hangUp : text.call.giveUp;
  return (
    <div className={styles.row}>
      <Tooltip content={mute} relationship="label">
        <ToggleButton
          className={mergeClasses(styles.round, call.muted && styles.on)}
          shape="circular"
          checked={call.muted}
          icon={call.muted ? <MicOffFilled /> : <MicFilled />}
          onClick={onMute}
        />
      </Tooltip>
      <Tooltip content={pad} relationship="label">
        <ToggleButton
          className={mergeClasses(styles.round, keypad && connected && styles.on)}
          shape="circular"
          disabled={!connected}
          checked={keypad && connected}
          icon={<DialpadFilled />}
          onClick={() => onKeypad(!keypad)}
        />
      </Tooltip>
      <Tooltip content={end} relationship="label">
        <Button
          className={mergeClasses(styles.round, styles.end)}
          shape="circular"
          icon={<CallEndFilled />}
          onClick={onHangUp}
        />
      </Tooltip>
    </div>
  );
}

export function EndedControls({ onAgain, onClose }: { onAgain: () => void; onClose: () => void }) {
  const styles = useStyles();
  return (
    <div className={styles.row}>
      <Button
        className={mergeClasses(styles.round, styles.wide)}
        shape="circular"
        icon={<DismissRegular />}
        onClick={onClose}
      >
        {text.call.close}
      </Button>
      <Button
        className={mergeClasses(styles.round, styles.wide, styles.on)}
        shape="circular"
        icon={<CallFilled />}
        onClick={onAgain}
      >
        {text.call.again}
      </Button>
    </div>
  );
}

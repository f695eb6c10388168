import {
  Avatar,
  Button,
  Dialog,
  DialogSurface,
  DialogTitle,
  makeStyles,
  mergeClasses,
  Text,
  tokens,
} from '@fluentui/react-components';
import { CallEndFilled, CallFilled } from '@fluentui/react-icons';
import { useEffect } from 'react';
import type { Store } from '../app/store.ts';
import { ring } from '../media/ring.ts';
import type { Call } from '../protocol/call.ts';
import { text } from '../text.ts';
import { usePulse } from './pulse.ts';

const useStyles = makeStyles({
  surface: {
    width: 'calc(100% - 32px)',
    maxWidth: '340px',
    boxSizing: 'border-box',
    borderRadius: '20px',
  },
  body: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    rowGap: '8px',
    padding: '16px 0 8px',
  },
  title: { textAlign: 'center', marginTop: '16px' },
  actions: { display: 'flex', columnGap: '12px', marginTop: '24px', width: '100%' },
  action: {
    flexGrow: 1,
    flexBasis: 0,
    minWidth: 0,
    border: 'none',
    color: '#fff',
    borderRadius: '12px',
  },
  accept: {
    backgroundColor: '#107c41',
    ':hover': { backgroundColor: '#0b6636', color: '#fff' },
    ':hover:active': { backgroundColor: '#095c30', color: '#fff' },
  },
  decline: {
    backgroundColor: '#c4314b',
    ':hover': { backgroundColor: '#a52640', color: '#fff' },
    ':hover:active': { backgroundColor: '#951f38', color: '#fff' },
  },
  faint: { color: tokens.colorNeutralForeground3 },
});

export function IncomingCall({ store, call }: { store: Store; call: Call }) {
  const styles = useStyles();
  const pulse = usePulse();
  useEffect(() => ring('incoming'), []);
  const { displayName } = call.peer;
  return (
    <Dialog open modalType="alert">
      <DialogSurface className={styles.surface}>
        <div className={styles.body}>
          <Avatar name={displayName} color="colorful" size={96} className={pulse} />
          <DialogTitle className={styles.title} action={null}>
            {displayName}
          </DialogTitle>
          <Text className={styles.faint}>{text.call.phase.incoming}</Text>
          <div className={styles.actions}>
            <Button
              className={mergeClasses(styles.action, styles.decline)}
              size="large"
              icon={<CallEndFilled />}
              onClick={store.decline}
            >
              {text.call.decline}
            </Button>
            <Button
              className={mergeClasses(styles.action, styles.accept)}
              size="large"
              icon={<CallFilled />}
              autoFocus
              onClick={() => void store.accept()}
            >
              {text.call.accept}
            </Button>
          </div>
        </div>
      </DialogSurface>
    </Dialog>
  );
}

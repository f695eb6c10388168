import { Button, makeStyles, Spinner, Text } from '@fluentui/react-components';
import type { State, Store } from '../app/store.ts';
import { text } from '../text.ts';
import { Logo } from './logo.tsx';

const useStyles = makeStyles({
  root: {
    margin: 'auto',
    padding: '24px',
    display: 'grid',
    justifyItems: 'center',
    rowGap: '16px',
    maxWidth: '360px',
  },
});

/** Before the server has told the page its tenant; also when it does not answer. */
export function Loading({ store, state }: { store: Store; state: State }) {
  const styles = useStyles();
  return (
    <main className={styles.root}>
      <Logo size={56} />
      {state.notice === undefined ? (
        <Spinner label={text.loading} />
      ) : (
        <>
          <Text role="alert" align="center">
            {state.notice}
          </Text>
          <Button appearance="primary" onClick={() => void store.begin()}>
            {text.contacts.retry}
          </Button>
        </>
      )}
    </main>
  );
}

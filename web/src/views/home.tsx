import {
  Button,
  makeStyles,
  mergeClasses,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  tokens,
} from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons';
import type { State, Store } from '../app/store.ts';
import { running } from '../protocol/call.ts';
import { text } from '../text.ts';
import { CallStage } from './call_stage.tsx';
import { Contacts } from './contacts.tsx';
import { IncomingCall } from './incoming_call.tsx';
import { TopBar } from './top_bar.tsx';

const kPhone = '@media (max-width: 719px)';

const useStyles = makeStyles({
  body: { flexGrow: 1, minHeight: 0, display: 'flex' },
  list: {
    width: '340px',
    flexShrink: 0,
    display: 'flex',
    flexDirection: 'column',
    backgroundColor: tokens.colorNeutralBackground2,
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
    [kPhone]: { width: '100%', borderRight: 'none' },
  },
  stage: { flexGrow: 1, minWidth: 0, display: 'flex' },
  hiddenOnPhone: { [kPhone]: { display: 'none' } },
});

export function Home({ store, state }: { store: Store; state: State }) {
  const styles = useStyles();
  const { call } = state;
  const shown = call !== undefined && call.phase !== 'incoming' ? call : undefined;
  return (
    <>
      <TopBar store={store} state={state} />
      <Notices store={store} state={state} />
      <div className={styles.body}>
        <aside className={mergeClasses(styles.list, shown && styles.hiddenOnPhone)}>
          <Contacts store={store} state={state} />
        </aside>
        <main className={mergeClasses(styles.stage, !shown && styles.hiddenOnPhone)}>
          <CallStage store={store} state={state} call={shown} />
        </main>
      </div>
      {call?.phase === 'incoming' && <IncomingCall store={store} call={call} />}
    </>
  );
}

function Notices({ store, state }: { store: Store; state: State }) {
  // Also while it tries again, which may take seconds; only the first attempt says nothing.
  const lost = state.link === 'waiting' || (state.link !== 'online' && state.user !== undefined);
  const offline = lost && (running(state.call) ? text.link.callKept : text.link.waiting);
  return (
    <div aria-live="polite">
      {offline && (
        <MessageBar intent="warning" layout="multiline" shape="square">
          <MessageBarBody>{offline}</MessageBarBody>
        </MessageBar>
      )}
      {state.notice !== undefined && (
        <MessageBar intent="error" layout="multiline" shape="square">
          <MessageBarBody>{state.notice}</MessageBarBody>
          <MessageBarActions
            containerAction={
              <Button
                appearance="transparent"
                icon={<DismissRegular />}
                aria-label={text.dismiss}
                onClick={store.dismissNotice}
              />
            }
          />
        </MessageBar>
      )}
    </div>
  );
}

import {
  FluentProvider,
  makeStyles,
  teamsDarkTheme,
  teamsLightTheme,
  tokens,
} from '@fluentui/react-components';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Store } from '../app/store.ts';
import { Home } from './home.tsx';
import { Loading } from './loading.tsx';
import { SignIn } from './sign_in.tsx';

const kDark = matchMedia('(prefers-color-scheme: dark)');

const useStyles = makeStyles({
  root: {
    minHeight: '100%',
    height: '100%',
    display: 'flex',
    flexDirection: 'column',
    backgroundColor: tokens.colorNeutralBackground3,
  },
});

export function App({ store }: { store: Store }) {
  const state = useSyncExternalStore(store.subscribe, store.state);
  const dark = useDarkMode();
  const styles = useStyles();
  return (
    <FluentProvider theme={dark ? teamsDarkTheme : teamsLightTheme} className={styles.root}>
      {state.screen === 'loading' && <Loading store={store} state={state} />}
      {state.screen === 'signIn' && <SignIn store={store} state={state} />}
      {state.screen === 'home' && <Home store={store} state={state} />}
    </FluentProvider>
  );
}

function useDarkMode(): boolean {
  const [dark, setDark] = useState(kDark.matches);
  useEffect(() => {
    const changed = () => setDark(kDark.matches);
    kDark.addEventListener('change', changed);
    return () => kDark.removeEventListener('change', changed);
  }, []);
  return dark;
}

import {
  Button,
  Card,
  Field,
  Input,
  makeStyles,
  MessageBar,
  MessageBarBody,
  Text,
  Title2,
  tokens,
} from '@fluentui/react-components';
import { useRef, useState } from 'react';
import type { FormEvent } from 'react';
import type { State, Store } from '../app/store.ts';
import { text } from '../text.ts';
import { Logo } from './logo.tsx';

const useStyles = makeStyles({
  page: {
    flexGrow: 1,
    display: 'grid',
    placeItems: 'center',
    padding: '24px 16px',
    overflowY: 'auto',
    backgroundImage: `radial-gradient(80% 60% at 50% 0%, ${tokens.colorBrandBackground2} 0%, transparent 100%)`,
  },
  card: {
    width: '100%',
    maxWidth: '400px',
    boxSizing: 'border-box',
    padding: '36px 32px',
    borderRadius: '16px',
    boxShadow: tokens.shadow28,
  },
  head: {
    display: 'grid',
    justifyItems: 'center',
    rowGap: '12px',
    marginBottom: '20px',
    textAlign: 'center',
  },
  form: { display: 'grid', rowGap: '16px' },
  submit: { marginTop: '8px' },
  demo: { display: 'grid', rowGap: '8px', marginTop: '20px' },
  chips: { display: 'flex', flexWrap: 'wrap', gap: '8px' },
  hint: { color: tokens.colorNeutralForeground3 },
});

export function SignIn({ store, state }: { store: Store; state: State }) {
  const styles = useStyles();
  const [userName, setUserName] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const passwordField = useRef<HTMLInputElement>(null);
  const demoUsers = state.config?.demoUsers ?? [];

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    await store.signIn(userName.trim(), password);
    setBusy(false);
  }

  function choose(name: string) {
    setUserName(name);
    passwordField.current?.focus();
  }

  return (
    <main className={styles.page}>
      <Card className={styles.card}>
        <div className={styles.head}>
          <Logo size={56} />
          <Title2 as="h1">{text.signIn.title}</Title2>
        </div>
        <form className={styles.form} onSubmit={(event) => void submit(event)}>
          {state.notice !== undefined && (
            <MessageBar intent="error" layout="multiline">
              <MessageBarBody role="alert">{state.notice}</MessageBarBody>
            </MessageBar>
          )}
          <Field label={text.signIn.userName}>
            <Input
              size="large"
              name="username"
              autoComplete="username"
              autoCapitalize="none"
              autoFocus
              required
              value={userName}
              onChange={(_, data) => setUserName(data.value)}
            />
          </Field>
          <Field label={text.signIn.password}>
            <Input
              size="large"
              name="password"
              type="password"
              autoComplete="current-password"
              required
              input={{ ref: passwordField }}
              value={password}
              onChange={(_, data) => setPassword(data.value)}
            />
          </Field>
          <Button
            className={styles.submit}
            type="submit"
            appearance="primary"
            size="large"
            disabledFocusable={busy}
          >
            {busy ? text.signIn.submitting : text.signIn.submit}
          </Button>
        </form>
        {demoUsers.length > 0 && (
          <div className={styles.demo}>
            <Text weight="semibold">{text.signIn.demo}</Text>
            <div className={styles.chips}>
              {demoUsers.map((name) => (
                <Button key={name} size="small" shape="circular" onClick={() => choose(name)}>
                  {name}
                </Button>
              ))}
            </div>
            <Text size={200} className={styles.hint}>
              {text.signIn.demoHint}
            </Text>
          </div>
        )}
      </Card>
    </main>
  );
}

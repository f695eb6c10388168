import {
  Avatar,
  Button,
  makeStyles,
  mergeClasses,
  SearchBox,
  Skeleton,
  SkeletonItem,
  Text,
  tokens,
} from '@fluentui/react-components';
import { BotRegular, CallRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import type { State, Store } from '../app/store.ts';
import { running } from '../protocol/call.ts';
import type { Contact } from '../protocol/messages.ts';
import { text } from '../text.ts';

const useStyles = makeStyles({
  search: { padding: '16px 16px 8px' },
  box: { width: '100%', maxWidth: 'none' },
  scroll: { flexGrow: 1, overflowY: 'auto', padding: '0 8px 16px' },
  heading: { display: 'block', padding: '12px 12px 4px', color: tokens.colorNeutralForeground3 },
  list: { listStyleType: 'none', margin: 0, padding: 0 },
  row: {
    display: 'flex',
    alignItems: 'center',
    columnGap: '12px',
    padding: '8px 8px 8px 12px',
    borderRadius: tokens.borderRadiusLarge,
    ':hover': { backgroundColor: tokens.colorNeutralBackground2Hover },
  },
  words: { flexGrow: 1, minWidth: 0, display: 'grid' },
  offline: { opacity: 0.7 },
  faint: { color: tokens.colorNeutralForeground3 },
  message: { display: 'grid', rowGap: '12px', justifyItems: 'start', padding: '16px 12px' },
  skeleton: { display: 'grid', rowGap: '20px', padding: '20px 12px' },
});

export function Contacts({ store, state }: { store: Store; state: State }) {
  const styles = useStyles();
  const [query, setQuery] = useState('');
  return (
    <>
      <div className={styles.search}>
        <SearchBox
          className={styles.box}
          size="large"
          placeholder={text.contacts.search}
          aria-label={text.contacts.search}
          value={query}
          onChange={(_, data) => setQuery(data.value)}
        />
      </div>
      <nav className={styles.scroll} aria-label={text.contacts.heading}>
        {state.contactsError !== undefined && (
          <div className={styles.message} role="alert">
            <Text>{state.contactsError}</Text>
            <Button onClick={() => void store.loadContacts()}>{text.contacts.retry}</Button>
          </div>
        )}
        {state.contacts ? (
          <Found store={store} state={state} query={query} />
        ) : (
          !state.contactsError && <Placeholder />
        )}
      </nav>
    </>
  );
}

function Found({ store, state, query }: { store: Store; state: State; query: string }) {
  const styles = useStyles();
  const others = (state.contacts ?? []).filter(({ id }) => id !== state.user?.id);
  const found = others.filter((contact) => matches(contact, query)).sort(byPresenceThenName);
  if (found.length === 0) {
    return (
      <Text className={styles.message}>
        {others.length === 0 ? text.contacts.none : text.contacts.noMatch(query)}
      </Text>
    );
  }
  const busy = running(state.call) || state.link !== 'online';
  const section = (title: string, kind: Contact['kind']) => {
    const rows = found.filter((contact) => contact.kind === kind);
    return (
      rows.length > 0 && (
        <section aria-label={title}>
          <Text as="h2" size={200} weight="semibold" className={styles.heading}>
            {title}
          </Text>
          <ul className={styles.list}>
            {rows.map((contact) => (
              <Row
                key={contact.id}
                contact={contact}
                busy={busy}
                onCall={() => void store.dial(contact)}
              />
            ))}
          </ul>
        </section>
      )
    );
  };
  return (
    <>
      {section(text.contacts.people, 'user')}
      {section(text.contacts.bots, 'application')}
    </>
  );
}

function Row({ contact, busy, onCall }: { contact: Contact; busy: boolean; onCall: () => void }) {
  const styles = useStyles();
  const { displayName, available, kind } = contact;
  const bot = kind === 'application';
  const presence = available ? text.contacts.available : text.contacts.offline;
  const icon = bot ? { icon: <BotRegular />, initials: null, shape: 'square' as const } : {};
  return (
    <li className={styles.row}>
      <Avatar
        className={mergeClasses(!available && styles.offline)}
        name={displayName}
        color="colorful"
        size={40}
        badge={{ status: available ? 'available' : 'offline', 'aria-label': presence }}
        {...icon}
      />
      <div className={styles.words}>
        <Text weight="semibold" truncate wrap={false}>
          {displayName}
        </Text>
        <Text size={200} className={styles.faint} truncate wrap={false}>
          {contact.userName ?? (bot ? text.contacts.bot : presence)}
        </Text>
      </div>
      <Button
        appearance={available ? 'primary' : 'subtle'}
        shape="circular"
        icon={<CallRegular />}
        disabled={busy}
        aria-label={text.contacts.call(displayName)}
        onClick={onCall}
      />
    </li>
  );
}

function Placeholder() {
  const styles = useStyles();
  return (
    <Skeleton className={styles.skeleton} aria-label={text.loading}>
      {[0, 1, 2, 3].map((row) => (
        <SkeletonItem key={row} size={40} />
      ))}
    </Skeleton>
  );
}

function matches({ displayName, userName }: Contact, query: string): boolean {
  return `${displayName} ${userName ?? ''}`.toLowerCase().includes(query.trim().toLowerCase());
}

function byPresenceThenName(a: Contact, b: Contact): number {
  return Number(b.available) - Number(a.available) || a.displayName.localeCompare(b.displayName);
}

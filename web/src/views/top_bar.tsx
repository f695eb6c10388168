import {
  Avatar,
  Button,
  makeStyles,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  Text,
  tokens,
} from '@fluentui/react-components';
import { SignOutRegular } from '@fluentui/react-icons';
import type { State, Store } from '../app/store.ts';
import { text } from '../text.ts';
import { Logo } from './logo.tsx';

const useStyles = makeStyles({
  bar: {
    display: 'flex',
    alignItems: 'center',
    columnGap: '10px',
    padding: '8px 12px 8px 16px',
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  name: { flexGrow: 1 },
  account: { minWidth: 0, padding: '2px', border: 'none' },
  person: { padding: '8px 12px 12px', display: 'grid' },
  faint: { color: tokens.colorNeutralForeground3 },
});

export function TopBar({ store, state }: { store: Store; state: State }) {
  const styles = useStyles();
  const name = state.user?.displayName ?? '';
  const status = state.link === 'online' ? 'available' : 'offline';
  return (
    <header className={styles.bar}>
      <Logo size={28} />
      <Text as="h1" size={400} weight="semibold" className={styles.name}>
        {text.product}
      </Text>
      {state.user && (
        <Menu>
          <MenuTrigger disableButtonEnhancement>
            <Button
              appearance="subtle"
              shape="circular"
              className={styles.account}
              aria-label={text.account.menu(name)}
            >
              <Avatar name={name} color="colorful" size={32} badge={{ status }} aria-hidden />
            </Button>
          </MenuTrigger>
          <MenuPopover>
            <div className={styles.person}>
              <Text weight="semibold">{name}</Text>
              <Text size={200} className={styles.faint}>
                {state.user.userName}
              </Text>
            </div>
            <MenuList>
              <MenuItem icon={<SignOutRegular />} onClick={store.signOut}>
                {text.account.signOut}
              </MenuItem>
            </MenuList>
          </MenuPopover>
        </Menu>
      )}
    </header>
  );
}

import { makeStyles } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import { text } from '../text.ts';

const kKeys: [string, string][] = [
  ['1', ''],
  ['2', 'ABC'],
  ['3', 'DEF'],
  ['4', 'GHI'],
  ['5', 'JKL'],
  ['6', 'MNO'],
  ['7', 'PQRS'],
  ['8', 'TUV'],
  ['9', 'WXYZ'],
  ['*', ''],
  ['0', '+'],
  ['#', ''],
];
const kFlashMs = 160; // how long a key that was typed looks pressed

const useStyles = makeStyles({
  pad: { display: 'grid', rowGap: '12px', justifyItems: 'center' },
  shown: {
    minHeight: '28px',
    fontSize: '22px',
    letterSpacing: '3px',
    fontVariantNumeric: 'tabular-nums',
  },
  grid: { display: 'grid', gridTemplateColumns: 'repeat(3, 68px)', gap: '10px' },
  key: {
    height: '56px',
    '@media (max-height: 780px)': { height: '42px' }, // the controls stay in sight
    display: 'grid',
    placeContent: 'center',
    justifyItems: 'center',
    border: 'none',
    borderRadius: '16px',
    color: 'inherit',
    fontFamily: 'inherit',
    fontSize: '20px',
    cursor: 'pointer',
    backgroundColor: 'rgba(255, 255, 255, 0.1)',
    ':hover': { backgroundColor: 'rgba(255, 255, 255, 0.18)' },
    ':active': { backgroundColor: 'rgba(255, 255, 255, 0.32)' },
    '&[data-flash="true"]': { backgroundColor: 'rgba(255, 255, 255, 0.32)' },
    ':focus-visible': { outline: '2px solid #fff', outlineOffset: '2px' },
  },
  letters: {
    fontSize: '9px',
    letterSpacing: '1.5px',
    opacity: 0.7,
    lineHeight: '10px',
    minHeight: '10px',
  },
});

/** Twelve keys, also from the keyboard while it is shown. */
export function Keypad({ digits, onPress }: { digits: string; onPress: (digit: string) => void }) {
  const styles = useStyles();
  const flash = useTypedKeys(onPress);
  return (
    <div className={styles.pad}>
      <output className={styles.shown} aria-label={text.call.pressed}>
        {digits}
      </output>
      <div className={styles.grid} role="group" aria-label={text.call.keypad}>
        {kKeys.map(([digit, letters]) => (
          <button
            key={digit}
            type="button"
            className={styles.key}
            data-flash={flash === digit}
            aria-label={text.call.key(digit)}
            onClick={() => onPress(digit)}
          >
            {digit}
            <span className={styles.letters}>{letters}</span>
          </button>
        ))}
      </div>
    </div>
  );
}

/** Turns typed digits into presses; returns the key to show as pressed. */
function useTypedKeys(onPress: (digit: string) => void): string | undefined {
  const [flash, setFlash] = useState<string>();
  useEffect(() => {
    let timer = 0;
    const typed = (event: KeyboardEvent) => {
      const elsewhere =
        event.target instanceof HTMLInputElement || event.ctrlKey || event.altKey || event.metaKey;
      if (elsewhere || event.repeat || !/^[0-9*#]$/.test(event.key)) return;
      onPress(event.key);
      setFlash(event.key);
      clearTimeout(timer);
      timer = setTimeout(() => setFlash(undefined), kFlashMs);
    };
    addEventListener('keydown', typed);
    return () => {
      clearTimeout(timer);
      removeEventListener('keydown', typed);
    };
  }, [onPress]);
  return flash;
}

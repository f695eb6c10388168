import { makeStyles } from '@fluentui/react-components';
import { useEffect, useRef } from 'react';
import { levelMeter } from '../media/level.ts';
import { text } from '../text.ts';

const kFallPerFrame = 0.04; // a bar rises at once and falls slowly, so that the eye can follow

const useStyles = makeStyles({
  meter: {
    display: 'grid',
    gridTemplateColumns: '80px 1fr',
    alignItems: 'center',
    columnGap: '12px',
    width: '100%',
  },
  name: {
    fontSize: '12px',
    opacity: 0.8,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    textAlign: 'right',
  },
  track: {
    height: '6px',
    borderRadius: '3px',
    overflow: 'hidden',
    backgroundColor: 'rgba(255, 255, 255, 0.16)',
  },
  bar: {
    height: '100%',
    borderRadius: '3px',
    transformOrigin: 'left',
    transform: 'scaleX(0)',
    backgroundImage: 'linear-gradient(90deg, #7b83eb, #9ce8c5)',
  },
});

/** How loud a stream is, redrawn each frame without React. */
export function LevelBar({ name, stream }: { name: string; stream: MediaStream | undefined }) {
  const styles = useStyles();
  const bar = useRef<HTMLDivElement>(null);
  const meter = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!stream) return;
    const level = levelMeter(stream);
    let shown = 0;
    let frame = 0;
    const draw = () => {
      shown = Math.max(level.read(), shown - kFallPerFrame);
      if (bar.current) bar.current.style.transform = `scaleX(${shown.toFixed(3)})`;
      meter.current?.setAttribute('aria-valuenow', String(Math.round(shown * 100)));
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => {
      cancelAnimationFrame(frame);
      level.close();
    };
  }, [stream]);
  return (
    <div className={styles.meter}>
      <span className={styles.name} aria-hidden>
        {name}
      </span>
      <div
        ref={meter}
        className={styles.track}
        role="meter"
        aria-label={text.call.levelOf(name)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={0}
      >
        <div ref={bar} className={styles.bar} />
      </div>
    </div>
  );
}

import { makeStyles } from '@fluentui/react-components';

const useStyles = makeStyles({
  pulse: {
    borderRadius: '50%',
    animationName: {
      from: { boxShadow: '0 0 0 0 rgba(123, 131, 235, 0.55)' },
      to: { boxShadow: '0 0 0 28px rgba(123, 131, 235, 0)' },
    },
    animationDuration: '1.6s',
    animationIterationCount: 'infinite',
    animationTimingFunction: 'ease-out',
    '@media (prefers-reduced-motion: reduce)': {
      animationName: 'none',
      boxShadow: '0 0 0 6px rgba(123, 131, 235, 0.4)',
    },
  },
});

/** The class of something that rings. */
export const usePulse = () => useStyles().pulse;

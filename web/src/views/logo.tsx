/** The mark of the product; decoration beside its name. */
export function Logo({ size }: { size: number }) {
  return <img src="/parley.svg" width={size} height={size} alt="" />;
}

type Names = [string, RegExp][]; // the first that matches names it

const kBrowsers: Names = [
  ['Edge', /Edg\//],
  ['Firefox', /Firefox\//],
  ['Chrome', /Chrome\//],
  ['Safari', /Safari\//],
];
const kSystems: Names = [
  ['Android', /Android/],
  ['iOS', /iPhone|iPad/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS/],
  ['Linux', /Linux/],
];

/** How this device is named to others, from the browser's user agent: "Chrome on Linux". */
export function deviceName(agent: string): string {
  const pick = (names: Names) => names.find(([, pattern]) => pattern.test(agent))?.[0];
  return `${pick(kBrowsers) ?? 'Browser'} on ${pick(kSystems) ?? 'unknown system'}`;
}

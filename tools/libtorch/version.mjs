// Which libtorch versions the addon can be built for, and how versions are read.

/** The wheel that is fetched when the machine brings no libtorch of its own. */
export const PINNED_TORCH = "2.13.0";

/** Lowest and highest supported minor of libtorch 2. The C++ ABI moves between minors, so each needs its own build. */
export const SUPPORTED_MINORS = { lowest: 11, highest: 14 };

/** What a person reads when a version is refused. */
export const SUPPORTED_TEXT = `2.${SUPPORTED_MINORS.lowest} to 2.${SUPPORTED_MINORS.highest}`;

/**
 * Splits `2.13.0+cpu` into its parts.
 *
 * @param {string} text
 * @returns {{ release: string, minor: string, flavour: string, major: number, minorNumber: number } | undefined}
 */
export function parseVersion(text) {
  const match = /^(\d+)\.(\d+)\.(\d+)[^+]*(?:\+([A-Za-z0-9.]+))?$/.exec(text.trim());
  if (!match) return undefined;
  const [, major, minor, patch, flavour = ""] = match;
  return {
    release: `${major}.${minor}.${patch}`,
    minor: `${major}.${minor}`,
    flavour,
    major: Number(major),
    minorNumber: Number(minor),
  };
}

/** @param {string} text */
export function isSupported(text) {
  const version = parseVersion(text);
  if (version === undefined) return false;
  const { lowest, highest } = SUPPORTED_MINORS;
  return version.major === 2 && version.minorNumber >= lowest && version.minorNumber <= highest;
}

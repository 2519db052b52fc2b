/** How the provider works; all times in seconds. */
export interface AptSettings {
  /** Hosts worked on at once. */
  readonly concurrency: number;
  readonly connectSeconds: number;
  readonly scanSeconds: number;
  /** How long `send` waits for the jobs of a host; jobs go on without it. */
  readonly installSeconds: number;
  /** How long a job waits for dpkg's lock. */
  readonly lockSeconds: number;
  /** Run `apt-get update` in the scan when the last one is older; null never. */
  readonly refreshAfterSeconds: number | null;
  /** Older package lists make the scan as old as they are. */
  readonly listsMaxAge: number;
  /** A file of Debian's security tracker; null for none. */
  readonly tracker: string | null;
  /** Where scans and dates are kept between runs; null keeps none. */
  readonly stateFolder: string | null;
}

export const DEFAULT_SETTINGS: AptSettings = {
  concurrency: 16,
  connectSeconds: 10,
  scanSeconds: 120,
  installSeconds: 1800,
  lockSeconds: 60,
  refreshAfterSeconds: null,
  listsMaxAge: 72 * 3600,
  tracker: null,
  stateFolder: null,
};

/** Tells whether a file is still as it was, without reading it. */
import { fstatSync } from "node:fs";

/** A file that was changed less long before it was read may be changed again within the same tick of its times. */
const SETTLED_MS = 2_000;

/** Milliseconds since 1970; passed in by tests. */
export type Clock = () => number;

export interface FileStamp {
  /** Which file it is, and in what state: device, inode, size, and the times of change in nanoseconds. */
  readonly text: string;
  /**
   * Whether a later equal stamp means equal content, as in Git's index: content and inode were both
   * last changed at least 2 s before `now`, so whatever changes them after `now` changes the stamp.
   * The time of the inode (ctime) counts too, because a program can set that of the content (mtime).
   */
  readonly reliable: boolean;
}

/** The stamp of an open file. Take it before the content is read. Throws what the system throws. */
export function stampOf(fd: number, now: Clock): FileStamp {
  const { dev, ino, size, mtimeNs, ctimeNs, mtimeMs, ctimeMs } = fstatSync(fd, { bigint: true });
  const changedAt = Number(mtimeMs > ctimeMs ? mtimeMs : ctimeMs);
  return {
    text: [dev, ino, size, mtimeNs, ctimeNs].join(":"),
    reliable: changedAt + SETTLED_MS < now(),
  };
}

/** Where the devices of a snapshot are cut into chunks. */

/** Measured: larger ones are written again too often, smaller ones cost more than their content. */
const MEAN_DEVICES = 32;
const MAX_DEVICES = 4 * MEAN_DEVICES;

/**
 * The first row of each chunk, and behind them the number of devices. A device begins a chunk when a
 * hash of its id says so: a device that comes or goes changes its own chunk, and moves no other border.
 */
export function cutChunks(ids: readonly string[]): readonly number[] {
  const starts: number[] = [];
  let last = 0;
  ids.forEach((id, row) => {
    if (row === 0 || row - last >= MAX_DEVICES || hashOf(id) % MEAN_DEVICES === 0) {
      starts.push(row);
      last = row;
    }
  });
  return [...starts, ids.length];
}

/** FNV-1a over UTF-16 code units, its halves mixed: the low bits of FNV alone are weak. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** The floor of reading a snapshot with JSON.parse: reads the file and parses each line, nothing else. */
import { openSync, readSync } from "node:fs";

const handle = openSync(process.argv[2], "r");
const buffer = Buffer.allocUnsafe(8 << 20);
let kept = 0;
let records = 0;
for (;;) {
  const read = readSync(handle, buffer, kept, buffer.length - kept, null);
  if (read === 0) break;
  const end = kept + read;
  let start = 0;
  for (let newline; (newline = buffer.indexOf(10, start)) !== -1 && newline < end; start = newline + 1) {
    if (JSON.parse(buffer.toString("utf8", start, newline)).record) records++;
  }
  buffer.copy(buffer, 0, start, end);
  kept = end - start;
}
console.log(records);

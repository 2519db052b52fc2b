/** Runs one task in this process: `node child.mjs <task> <options as JSON>`; the answer is one JSON line. */
const [task, options] = process.argv.slice(2);
const { default: run } = await import(new URL(`tasks/${task}.mjs`, import.meta.url).href);
console.log(JSON.stringify(await run(JSON.parse(options))));
process.exit(0);

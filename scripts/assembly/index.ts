/**
 * The inner loops of reading a snapshot file. AssemblyScript, which looks like TypeScript but is
 * compiled to WebAssembly; `npm run generate` writes the result to src/generated/scanner.ts.
 * Places are byte offsets into the memory that src/snapshot/scan-memory.ts hands out.
 */
export * from "./device-head";
export * from "./fact-scanner";
export { hashText, setTextTables } from "./text";

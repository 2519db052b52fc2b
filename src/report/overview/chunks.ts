import type { Write } from "../json/plan-json.ts";

const CHUNK_CHARACTERS = 1 << 16;

/** Collects small pieces and passes them on in pieces of about 64 KiB. */
export class Chunks {
  readonly #write: Write;
  #text = "";

  constructor(write: Write) {
    this.#write = write;
  }

  add(text: string): void {
    this.#text += text;
    if (this.#text.length >= CHUNK_CHARACTERS) this.flush();
  }

  flush(): void {
    if (this.#text !== "") this.#write(this.#text);
    this.#text = "";
  }
}

/** Every code a diagnostic of the CSV import can carry, with the paragraph that `patchring explain` prints. */
export const CSV_CODES = {
  "csv/broken":
    "The file is not CSV from this row on: a quote is opened and not closed, or stands in the middle of a cell. Save the sheet again as CSV (UTF-8).",
  "csv/not-utf8":
    "The file is not UTF-8 text. Spreadsheets often save in an older encoding; choose CSV UTF-8.",
  "csv/column":
    "A column is not used, because its name is not known or another column gives the same field. Names are compared without case, spaces and signs.",
  "csv/missing-column":
    "A column that every import needs is not there: `id` of patches; `device`, `patch` and `status` of facts.",
  "csv/missing-cell": "A row has no value in a column that every row needs.",
  "csv/date":
    "A date is none that can be read without guessing. Write 2024-07-31, 31-Jul-2024, either with a time, or RFC 3339; without a zone it is UTC. A date such as 7/8/2024 means two days and is refused.",
  "csv/word": "A cell holds a word that is not in the list of its column (status, approval, and so on).",
  "csv/number": "A cell of a numeric column is no number, or one that is out of range.",
  "csv/id": "An id is not 1 to 200 printable characters.",
  "csv/duplicate": "Two rows speak of the same patch, or of the same patch on the same device.",
  "csv/unknown-patch": "A fact names a patch that the sheet of patches does not have.",
} as const;

export type CsvCode = keyof typeof CSV_CODES;

import { quickStart } from "./quick-start.mjs";
export const smallCompany = { ...quickStart, folder: "examples/small-company" };

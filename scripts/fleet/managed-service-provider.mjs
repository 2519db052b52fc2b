import { quickStart } from "./quick-start.mjs";
export const managedServiceProvider = { ...quickStart, folder: "examples/managed-service-provider" };

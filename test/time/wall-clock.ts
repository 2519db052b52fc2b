/** A second opinion on wall clocks, straight from Intl and without Temporal. */

/** Minutes since 1970-01-01 00:00 that a wall clock in the zone shows at an instant. */
export function wallClock(zone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  return (at) => {
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(at * 1000)) part[type] = Number(value);
    return Date.UTC(part["year"]!, part["month"]! - 1, part["day"], part["hour"], part["minute"]) / 60_000;
  };
}

/** Metrics as OpenMetrics text; a node exporter reads the same file, since every metric is a gauge. */
import { Gauge, Registry, type OpenMetricsContentType } from "prom-client";
import type { Metric } from "../core/metrics.ts";
import { showControls } from "./escape/controls.ts";

export const METRICS_CONTENT_TYPE: string = Registry.OPENMETRICS_CONTENT_TYPE;

/** The same metrics give the same bytes. Label values lose what cannot be seen; the library quotes the rest. */
export async function renderMetrics(metrics: readonly Metric[]): Promise<string> {
  const registry = openRegistry();
  for (const { name, help, labels, samples } of metrics) {
    const gauge = new Gauge({ name, help, labelNames: [...labels], registers: [registry] });
    gauge.reset();
    // Without labels the library starts with a 0 that nobody measured.
    if (samples.length === 0 && labels.length === 0) {
      registry.removeSingleMetric(name);
      continue;
    }
    for (const sample of samples) {
      const shown = Object.entries(sample.labels).map(([key, value]) => [key, showControls(value)] as const);
      gauge.set(Object.fromEntries(shown), sample.value);
    }
  }
  return registry.metrics();
}

function openRegistry(): Registry<OpenMetricsContentType> {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry;
}

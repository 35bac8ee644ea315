/** monitoring/ asks for figures that exist, by labels they have, and its files are what Prometheus and Grafana read. */
import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { METRICS, type Metric, type MetricName } from "../lib/metrics.ts";
import { ROUTES } from "../lib/schemas/routes.ts";
import { filesUnder } from "./files.ts";

const read = (file: string) => readFileSync(`monitoring/${file}`, "utf8");

type Rule = Readonly<{
  alert: string;
  expr: string;
  labels: Readonly<{ severity: string }>;
  annotations: Readonly<{ summary: string; runbook: string }>;
}>;
type Panel = Readonly<{
  id: number;
  title: string;
  datasource: Readonly<{ uid: string }>;
  gridPos: Readonly<{ x: number; y: number; w: number; h: number }>;
  targets: readonly Readonly<{ expr: string; legendFormat: string }>[];
}>;
type Dashboard = Readonly<{ uid: string; title: string; panels: readonly Panel[] }>;

const rules = (
  load(read("alerts.yml")) as { groups: { name: string; rules: Rule[] }[] }
).groups.flatMap(({ rules: some }) => some);
const dashboards = filesUnder("monitoring/dashboards", ".json").map(
  (file) => JSON.parse(readFileSync(file, "utf8")) as Dashboard,
);
const panels = dashboards.flatMap(({ title, panels: some }) =>
  some.map((panel) => ({ ...panel, title: `${title}: ${panel.title}` })),
);

/** What Prometheus makes by itself. */
const BUILT_IN = ["up"];
/** Words of its language that stand where a figure may. */
const WORDS =
  /^(sum|by|rate|increase|histogram_quantile|le|and|or|unless|on|without|avg|max|min|count)$/;

/** Figures an expression names, without their label matchers, ranges, groupings and numbers. */
function figuresIn(expr: string): string[] {
  const bare = expr
    .replace(/\{[^}]*\}/g, "")
    .replace(/\[[^\]]*\]/g, "")
    .replace(/\b(by|without|on)\s*\([^)]*\)/g, "");
  return (bare.match(/[a-zA-Z_:][\w:]*/g) ?? []).filter((word) => !WORDS.test(word));
}

/** The metric a figure is of; of a histogram also its three parts. */
function metricOf(figure: string): Metric | undefined {
  const [, stem = ""] = /^(.*)_(bucket|sum|count)$/.exec(figure) ?? [];
  const parts = METRICS[stem as MetricName] as Metric | undefined;
  if (parts?.type === "histogram") return parts;
  const metric = METRICS[figure as MetricName] as Metric | undefined;
  return metric?.type === "histogram" ? undefined : metric;
}

/** Labels that an expression picks or groups by. */
const labelsIn = (expr: string) => [
  ...[...expr.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label = ""]) => label),
  ...[...expr.matchAll(/\b(?:by|on)\s*\(([^)]*)\)/g)].flatMap(([, list = ""]) =>
    list.split(",").map((label) => label.trim()),
  ),
];

const expressions = [
  ...rules.map(({ alert, expr }) => ({ where: `alert ${alert}`, expr })),
  ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ where: title, expr }))),
];

describe("expressions", () => {
  it.each(expressions)("$where names figures that exist: $expr", ({ expr }) => {
    const figures = figuresIn(expr);
    expect(figures).not.toEqual([]);
    const unknown = figures.filter((name) => !BUILT_IN.includes(name) && !metricOf(name));
    expect(unknown).toEqual([]);
  });

  it.each(expressions)("$where picks by labels they have: $expr", ({ expr }) => {
    const had = figuresIn(expr).flatMap((name) => [...(metricOf(name)?.labels ?? ["job"]), "le"]);
    expect(labelsIn(expr).filter((label) => !had.includes(label))).toEqual([]);
  });

  it("take the rate of counters, and never that of a gauge", () => {
    for (const { expr, where } of expressions)
      for (const [, name = ""] of expr.matchAll(/\b(?:rate|increase)\((\w+)/g))
        expect(metricOf(name)?.type, `${where}: ${name}`).not.toBe("gauge");
  });

  it("name no route that does not exist", () => {
    const paths = ROUTES.map(({ route }) => route.split(" ")[1]!);
    for (const { expr, where } of expressions)
      for (const [, form = ""] of expr.matchAll(/\broute(?:=~|!~|=)"([^"]+)"/g)) {
        const isKnown = paths.some((path) => new RegExp(`^(?:${form})$`).test(path));
        expect(isKnown, `${where}: ${form}`).toBe(true);
      }
  });

  it("show or watch every figure there is", () => {
    const used = new Set(expressions.flatMap(({ expr }) => figuresIn(expr).map(metricOf)));
    const unused = Object.entries(METRICS).filter(([, metric]) => !used.has(metric));
    expect(unused.map(([name]) => name)).toEqual([]);
  });
});

describe("alerts", () => {
  it("have names of their own, say how grave they are and where it stands what to do", () => {
    const operations = readFileSync("docs/operations.md", "utf8");
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, labels, annotations } of rules) {
      expect(["page", "ticket"], alert).toContain(labels.severity);
      expect(annotations.summary, alert).toMatch(/\.$/);
      const [, row, section] =
        /^docs\/operations\.md, (?:alarm "([^"]+)"|section "([^"]+)")/.exec(annotations.runbook) ??
        [];
      expect(operations, alert).toContain(row ? `| \`${row}\` |` : `\n## ${section}\n`);
    }
  });
});

describe("dashboards", () => {
  it("are four, each with an id of its own", () => {
    expect(dashboards.map(({ uid }) => uid).sort()).toEqual([
      "equipoise-index",
      "equipoise-orderbook",
      "equipoise-risk",
      "equipoise-stream",
      "equipoise-system",
    ]);
  });

  it.each(dashboards)(
    "$title has panels that do not overlap, on the data source there is",
    ({ panels: some }) => {
      const source = load(read("grafana/provisioning/datasources/prometheus.yml")) as {
        datasources: { uid: string; url: string }[];
      };
      expect(new Set(some.map(({ id }) => id)).size).toBe(some.length);
      const taken = new Set<string>();
      for (const { title, datasource, gridPos } of some) {
        expect(datasource.uid).toBe(source.datasources[0]!.uid);
        const { x, y, w, h } = gridPos;
        expect(x + w, title).toBeLessThanOrEqual(24);
        for (let column = x; column < x + w; column++)
          for (let row = y; row < y + h; row++) {
            expect(taken.has(`${column} ${row}`), title).toBe(false);
            taken.add(`${column} ${row}`);
          }
      }
    },
  );
});

describe("what reads what", () => {
  const compose = load(readFileSync("docker-compose.yml", "utf8")) as {
    services: Record<string, { volumes?: string[]; ports?: string[] }>;
  };
  const mounts = (service: string) => compose.services[service]!.volumes!;

  it("lets Prometheus scrape the service with its key, and find its rules", () => {
    expect(load(read("prometheus.yml"))).toMatchObject({
      rule_files: ["alerts.yml"],
      scrape_configs: [
        {
          metrics_path: "/metrics",
          authorization: { credentials_file: "/run/secrets/metrics-key" },
          static_configs: [{ targets: ["equipoise:3000"] }],
        },
      ],
    });
    expect(ROUTES.map(({ route }) => route)).toContain("GET /metrics");
    expect(mounts("prometheus")).toContain("./monitoring/alerts.yml:/etc/prometheus/alerts.yml:ro");
  });

  it("lets Grafana find the dashboards where they are mounted", () => {
    const { providers } = load(read("grafana/provisioning/dashboards/equipoise.yml")) as {
      providers: { options: { path: string } }[];
    };
    expect(mounts("grafana")).toContain(`./monitoring/dashboards:${providers[0]!.options.path}:ro`);
  });
});

"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const { summary, environment, rules, results, excluded, killMatrix } = data;
const main = document.getElementById("main");
const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const isFailure = verdict => ["FAIL", "CRASH", "TIMEOUT"].includes(verdict);
const AREAS = { S: "contract", N: "numerical", R: "robustness", L: "latency" };
const RANK = ["FAIL", "CRASH", "TIMEOUT", "INCONCLUSIVE", "PASS", "SKIPPED"];
const MARK = { PASS: "✓", FAIL: "✗", CRASH: "✗", TIMEOUT: "✗", INCONCLUSIVE: "?", SKIPPED: "–" };

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const badge = verdict => element("span", { class: "badge " + verdict }, verdict);

function section(id, title, note) {
  const heading = element("h2", { id }, title);
  main.append(heading);
  if (note) main.append(element("p", { class: "note" }, note));
  document.getElementById("sections").append(element("a", { href: "#" + id }, title));
}

function table(head, rows, kind = "") {
  return element("div", { class: "scroll" },
    element("table", { class: kind },
      element("thead", {}, element("tr", {}, ...head.map(text => element("th", {}, text)))),
      element("tbody", {}, ...rows.map(cells =>
        element("tr", {}, ...cells.map(cell => element("td", {}, cell)))))));
}

function worst(list) {
  return list.map(result => result.verdict).sort((a, b) => RANK.indexOf(a) - RANK.indexOf(b))[0];
}

function groups(list, key) {
  const found = new Map();
  for (const item of list) {
    const name = key(item);
    if (!found.has(name)) found.set(name, []);
    found.get(name).push(item);
  }
  return found;
}

function duration(nanos) {
  if (nanos < 1e3) return nanos.toFixed(0) + " ns";
  if (nanos < 1e6) return (nanos / 1e3).toFixed(1) + " µs";
  if (nanos < 1e9) return (nanos / 1e6).toFixed(2) + " ms";
  return (nanos / 1e9).toFixed(2) + " s";
}

function finding(result, open = false) {
  const box = element("details", open ? { open: "" } : {},
    element("summary", {}, badge(result.verdict), " " + result.id));
  if (result.message) box.append(element("pre", {}, result.message));
  if (result.data.earlier) box.append(element("p", { class: "note" }, "tried before: " + result.data.earlier.join("; ")));
  if (result.data.worstAt) box.append(element("p", { class: "note" }, "worst: " + result.data.worstAt));
  box.append(element("pre", {}, result.again));
  return box;
}

function showHead() {
  document.title = `${summary.device}: ${summary.verdict} - Halyard TCK`;
  document.getElementById("verdict").append(badge(summary.verdict), " " + summary.device + (summary.emulated ? " (emulated)" : ""));
  if (environment.name) document.getElementById("device").append(environment.name);
  document.getElementById("certifies").append(
    summary.certifies ? "This run certifies." : `This run does not certify: ${summary.certifiesNot}.`);
  document.getElementById("counts").append(
    `${summary.passed} passed, ${summary.failed} failed, ${summary.inconclusive} inconclusive, `
    + `${summary.skipped} not claimed. Profile ${summary.profile.toLowerCase()}`
    + `${summary.tight ? ", tight" : ""}${summary.isolated ? ", the plugin in processes of its own" : ""}, seed ${summary.seed}.`);
}

function showFailures() {
  // Wrong numbers first: they show again wherever a check looks at results.
  const failed = results.filter(result => isFailure(result.verdict))
    .sort((a, b) => b.rule.startsWith("N") - a.rule.startsWith("N"));
  if (failed.length === 0) return;
  section("failures", "Failures", "Each with the command that repeats it.");
  failed.slice(0, 100).forEach((result, i) => main.append(finding(result, i < 3)));
  if (failed.length > 100) main.append(element("p", {}, `and ${failed.length - 100} more, in results.jsonl`));
}

function showInconclusive() {
  const open = results.filter(result => result.verdict === "INCONCLUSIVE" || (result.data.earlier && !isFailure(result.verdict)));
  if (open.length === 0) return;
  section("inconclusive", "Inconclusive", "No answer either way, or at a later try only; a quieter machine or a longer run may give one.");
  open.forEach(result => main.append(finding(result)));
}

function showMatrix() {
  section("matrix", "Verdicts", "The worst verdict of the checks in a cell, and how many there are. Tap a cell for them.");
  const detail = element("div", { id: "cell" });
  for (const [letter, area] of Object.entries(AREAS)) {
    const own = results.filter(result => result.rule.startsWith(letter));
    if (own.length === 0) continue;
    const dtypes = [...new Set(own.map(result => result.dtype))].sort();
    const rows = [...groups(own, result => result.op || "(no operation)")]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([op, list]) => [op, ...dtypes.map(dtype => cell(list.filter(r => r.dtype === dtype), detail))]);
    const tally = RANK.map(v => [v, own.filter(r => r.verdict === v).length]).filter(([, n]) => n > 0);
    const title = element("summary", {}, `${area}: `, ...tally.flatMap(([v, n]) => [badge(`${v}`), ` ${n} `]));
    const box = element("details", rows.length < 8 ? { open: "" } : {}, title,
      table(["operation", ...dtypes.map(d => d || "any")], rows, "matrix"));
    main.append(box);
  }
  main.append(detail);
}

function cell(list, detail) {
  if (list.length === 0) return "";
  const verdict = worst(list);
  const skipped = verdict === "SKIPPED" ? 0 : list.filter(result => result.verdict === "SKIPPED").length;
  return element("button", {
    class: verdict, "aria-label": `${verdict}, ${list.length} checks`,
    onclick: () => {
      detail.replaceChildren(element("h3", {}, `${list[0].op || "checks"} ${list[0].dtype}`),
        ...list.map(result => finding(result)));
      detail.scrollIntoView({ behavior: "smooth" });
    }
  }, `${MARK[verdict]} ${list.length - skipped}${skipped && verdict !== "SKIPPED" ? ` (${skipped} –)` : ""}`);
}

function canvas(parent, label, height) {
  const drawn = element("canvas", { role: "img", "aria-label": label });
  const box = element("div", { class: "chart" }, drawn);
  if (height) box.style.height = height + "px";
  parent.append(box);
  return drawn;
}

function style() {
  Chart.defaults.color = css("--faint");
  Chart.defaults.borderColor = css("--line");
  Chart.defaults.animation = false;
  Chart.defaults.maintainAspectRatio = false;
  Chart.defaults.font.family = "system-ui, sans-serif";
}

const BINS = [...Array(20).keys()].map(i => (i * 0.05).toFixed(2)).concat("> 1");

function showErrors() {
  const measured = results.filter(result => result.data.histogram);
  if (measured.length === 0) return;
  section("errors", "Errors against their bounds",
    "Elements by error over bound, of all checks of a rule; what is right of 1 is wrong.");
  const grid = element("div", { class: "grid" });
  main.append(grid);
  for (const [rule, list] of [...groups(measured, result => result.rule)].sort()) {
    const counts = BINS.map((_, i) => list.reduce((sum, r) => sum + (r.data.histogram[i] || 0), 0));
    const box = element("div", {}, element("h3", {}, `${rule} ${title(rule)}`));
    grid.append(box);
    new Chart(canvas(box, `errors of ${rule}`, 180), {
      type: "bar",
      data: { labels: BINS, datasets: [{ data: counts.map(n => n || null), backgroundColor: BINS.map((_, i) => css(i === 20 ? "--fail" : "--series")) }] },
      options: {
        plugins: { legend: { display: false } },
        scales: { y: { type: "logarithmic", title: { display: true, text: "elements" } }, x: { title: { display: true, text: "error / bound" } } }
      }
    });
    const top = list.filter(r => r.data.worstAt).sort((a, b) => b.data.errorOverBound - a.data.errorOverBound)[0];
    if (top) box.append(element("p", { class: "note" }, `worst: ${top.id}: ${top.data.worstAt} (${Number(top.data.errorOverBound).toPrecision(3)} of the bound)`));
  }
}

const title = id => (rules.find(rule => rule.id === id) || { title: "" }).title;

function showRatios() {
  const ratios = results.filter(result => result.data.ratio);
  if (ratios.length === 0) return;
  section("ratios", "Ratios", "Estimates with their 99.8% intervals; a check fails when its interval lies right of its limit, passes when it lies left of it.");
  new Chart(canvas(main, "ratios with intervals and limits", 60 + 56 * ratios.length), {
    type: "bar",
    data: {
      labels: ratios.map(result => result.id.length > 34 ? result.id.match(/.{1,34}(\s|$)|\S+/g).map(s => s.trim()) : result.id),
      datasets: [
        { label: "interval", data: ratios.map(r => [r.data.ratio.low, r.data.ratio.high]), backgroundColor: css("--series"), barThickness: 8, minBarLength: 3 },
        { type: "scatter", label: "limit", data: ratios.map((r, i) => ({ x: r.data.ratio.limit, y: i })), pointStyle: "line", rotation: 90, radius: 14, borderColor: css("--fail"), borderWidth: 2 },
        { type: "scatter", label: "estimate", data: ratios.map((r, i) => ({ x: r.data.ratio.estimate, y: i })), pointStyle: "rectRot", radius: 5, backgroundColor: css("--text") }
      ]
    },
    options: { indexAxis: "y", scales: { x: { type: "logarithmic", title: { display: true, text: "ratio" } } } }
  });
  main.append(table(["check", "verdict", "estimate", "interval", "limit"], ratios.map(r => [
    r.id, badge(r.verdict), r.data.ratio.estimate.toPrecision(3),
    `${r.data.ratio.low.toPrecision(3)} to ${r.data.ratio.high.toPrecision(3)}`, String(Number(r.data.ratio.limit.toPrecision(3)))])));
}

function showLatencies() {
  const timed = results.filter(result => result.data.samples);
  if (timed.length === 0) return;
  section("latencies", "Latencies", "Share of calls that took at most so long; the control is work of the kit's own, timed between the device's.");
  const grid = element("div", { class: "grid" });
  main.append(grid);
  for (const result of timed) {
    const box = element("div", {}, element("h3", {}, result.id));
    grid.append(box);
    const series = Object.entries(result.data.samples).filter(([, values]) => values.length > 0);
    new Chart(canvas(box, `latencies of ${result.id}`), {
      type: "line",
      data: {
        datasets: series.map(([name, values], i) => ({
          label: name, stepped: true, pointRadius: 0, borderWidth: 2,
          borderColor: css(name === "control" ? "--control" : "--series"),
          borderDash: i > 0 ? [6, 3] : [],
          data: values.map((nanos, k) => ({ x: Math.max(1, nanos) / 1000, y: (k + 1) / values.length }))
        }))
      },
      options: {
        scales: {
          x: { type: "logarithmic", title: { display: true, text: "µs" } },
          y: { min: 0, max: 1, title: { display: true, text: "share of calls" } }
        }
      }
    });
    const p = (values, q) => duration(values[Math.min(values.length - 1, Math.floor(q * values.length))]);
    box.append(table(["", "p50", "p90", "p99"], series.map(([name, values]) => [name, p(values, 0.5), p(values, 0.9), p(values, 0.99)])));
  }
}

function showNotClaimed() {
  const skipped = results.filter(result => result.verdict === "SKIPPED");
  const claims = results.find(result => result.data.claimed && result.data.notClaimed);
  if (skipped.length === 0 && !claims) return;
  section("not-claimed", "Not claimed", "What the device does not claim is not held against it; it must be refused, never answered.");
  if (claims) {
    main.append(element("p", {}, `Operations claimed as single nodes, with their dtypes: ${claims.data.claimed.length}; claimed only as part of a layer, expanded, or left to others: ${claims.data.notClaimed.length}.`));
    const box = element("details", {}, element("summary", {}, "claimed as single nodes, and not"));
    box.append(element("p", {}, "Claimed: " + (claims.data.claimed.join(", ") || "nothing")));
    box.append(element("p", {}, "Not claimed: " + (claims.data.notClaimed.join(", ") || "nothing")));
    main.append(box);
  }
  for (const [rule, list] of [...groups(skipped, result => result.rule)].sort()) {
    const box = element("details", {}, element("summary", {}, `${rule} ${title(rule)}: ${list.length} checks`));
    list.slice(0, 200).forEach(r => box.append(element("p", { class: "note" }, `${r.id}: ${r.message.split("\n")[0]}`)));
    main.append(box);
  }
}

function showRules() {
  section("rules", "Coverage by rule", "Every rule of docs/conformance.md.");
  main.append(table(["rule", "verdict", "checks", ""], rules.map(rule => {
    const own = results.filter(result => result.rule === rule.id);
    const reason = rule.untested ? "not tested: " + rule.untested : own.length === 0 ? "no check in this run" : "";
    return [element("span", {}, element("strong", {}, rule.id), " " + rule.title),
      own.length ? badge(worst(own)) : element("span", { class: "badge NONE" }, "–"), String(own.length), reason];
  })));
}

function showExcluded() {
  section("excluded", "Excluded checks", excluded.length === 0
    ? "No check is excluded in this version of the kit."
    : "Left out for every device alike in this version of the kit, since a challenge to them stands.");
  if (excluded.length > 0) {
    main.append(table(["check", "reason", "issue"], excluded.map(e => [e.check, e.reason, e.issue])));
  }
}

function showKillMatrix() {
  if (!killMatrix) return;
  section("mutants", "The kit, tested", "Plugins with one fault each, and the rules that found them, when this kit was released.");
  main.append(table(["fault", "breaks", "found by"], killMatrix.mutants.map(mutant =>
    [element("span", {}, element("strong", {}, mutant.name), ": " + mutant.fault), mutant.breaks.join(" "), mutant.killedBy.join(" ")])));
}

function showEnvironment() {
  section("environment", "Environment");
  main.append(element("dl", {}, ...Object.entries(environment).flatMap(([name, value]) =>
    [element("dt", {}, name), element("dd", {}, Array.isArray(value) ? value.join(", ") : String(value))])));
}

style();
showHead();
showFailures();
showInconclusive();
showMatrix();
showRatios();
showLatencies();
showErrors();
showNotClaimed();
showRules();
showExcluded();
showKillMatrix();
showEnvironment();
document.body.dataset.ready = "yes";

import assert from "node:assert/strict";
import fc from "fast-check";
import {
  createResultTable,
  type ResultRecord,
  type ResultTableOptions,
  toCsv,
  toLatex,
  toMarkdown,
} from "../../../lib/eval/mod.ts";

/** One record for each seed, 1 and up. */
function records(
  method: string,
  task: string,
  metric: string,
  values: (number | null)[],
  others: Partial<ResultRecord> = {},
): ResultRecord[] {
  return values.map((value, i) => ({ method, task, metric, seed: i + 1, value, ...others }) as ResultRecord);
}

// Means and deviations can be checked in the head: 1, 2, 3 units apart have deviation 1 unit.
const quality: ResultRecord[] = [
  ...records("Equal weights", "income", "ne", [.541, .542, .543]),
  ...records("Equal weights", "income", "gain", [0, 0, 0]),
  ...records("Equal weights", "never_married", "ne", [.201, .202, .203]),
  ...records("MultiBalance", "income", "ne", [.531, .532, .533]),
  ...records("MultiBalance", "income", "gain", [1.8, 1.9, 2]),
  ...records("MultiBalance", "never_married", "ne", [.202, .203, .204]),
  ...records("PCGrad", "income", "ne", [.533, .533, .533]),
  ...records("PCGrad", "income", "gain", [-1, 0, -1.5]),
  ...records("PCGrad", "never_married", "ne", [.2, NaN, .2]),
];

const options: ResultTableOptions = {
  caption: "Test quality on Census-Income, 100% of the data",
  label: "quality",
  significance: {
    against: "equal weights",
    tests: [
      { method: "MultiBalance", task: "income", metric: "ne", p: .001 },
      { method: "PCGrad", task: "income", metric: "ne", p: .03 },
      { method: "MultiBalance", task: "never_married", metric: "ne", p: .2 },
    ],
    signature: "bootstrap|paired|v1",
  },
  footnotes: ["Data: UCI Census-Income (KDD)"],
};

Deno.test("Markdown lines up in a terminal and marks the best, the significant and the missing", async () => {
  assert.equal(
    toMarkdown(await createResultTable(quality, options)),
    `**Test quality on Census-Income, 100% of the data**

| Method        |              income NE ↓ | income NE gain % ↑ |    never_married NE ↓ |
| ------------- | -----------------------: | -----------------: | --------------------: |
| Equal weights |   0.54200   ± 0.00100    |      0.00   ± 0.00 | **0.20200** ± 0.00100 |
| MultiBalance  | **0.53200** ± 0.00100 ** |   **+1.90** ± 0.10 |   0.20300   ± 0.00100 |
| PCGrad        |   0.53300   ± 0.00000 *  |     -0.83   ± 0.76 |                     — |

- Mean ± sample standard deviation over 3 seeds; bold: best of its column
- Differs from equal weights: * p < .05, ** p < .01, two-sided, Holm-corrected within each column
- —: not run, or a seed gave no finite value
- \`NE|He2014|base:evaluated-set|clip:1e-15|v1\`
- \`NEGain|percent|(baseline-NE)/baseline|v1\`
- \`bootstrap|paired|v1\`
- Data: UCI Census-Income (KDD)
`,
  );
});

Deno.test("LaTeX is a booktabs float with a spanning head for each task", async () => {
  assert.equal(
    toLatex(await createResultTable(quality, options)),
    String.raw`\begin{table}[t]
\centering
\caption{Test quality on Census-Income, 100\% of the data}
\label{tab:quality}
\begin{tabular}{lrrr}
\toprule
 & \multicolumn{2}{c}{income} & \multicolumn{1}{c}{never\_married} \\
\cmidrule(lr){2-3} \cmidrule(lr){4-4}
Method & NE $\downarrow$ & NE gain \% $\uparrow$ & NE $\downarrow$ \\
\midrule
Equal weights &               $0.54200 \pm 0.00100$ &           $0.00 \pm 0.00$ & $\mathbf{0.20200} \pm 0.00100$ \\
MultiBalance  & $\mathbf{0.53200} \pm 0.00100^{**}$ & $\mathbf{+1.90} \pm 0.10$ &          $0.20300 \pm 0.00100$ \\
PCGrad        &           $0.53300 \pm 0.00000^{*}$ &          $-0.83 \pm 0.76$ &                            --- \\
\bottomrule
\end{tabular}
\par\smallskip{\footnotesize Mean $\pm$ sample standard deviation over 3 seeds; bold: best of its column}
\par\smallskip{\footnotesize Differs from equal weights: * p \textless{} .05, ** p \textless{} .01, two-sided, Holm-corrected within each column}
\par\smallskip{\footnotesize ---: not run, or a seed gave no finite value}
\par\smallskip{\footnotesize \texttt{NE|\allowbreak He2014|\allowbreak base:evaluated-set|\allowbreak clip:1e-15|\allowbreak v1}}
\par\smallskip{\footnotesize \texttt{NEGain|\allowbreak percent|\allowbreak (baseline-NE)/baseline|\allowbreak v1}}
\par\smallskip{\footnotesize \texttt{bootstrap|\allowbreak paired|\allowbreak v1}}
\par\smallskip{\footnotesize Data: UCI Census-Income (KDD)}
\end{table}
`,
  );
});

/** Small integers, so that every sum is exact and the digits are the same on every machine. */
const cost: ResultRecord[] = [
  ...records("Equal weights", "all", "qps", [100, 104], { dataset: "Adult, small" }),
  ...records("MultiBalance", "all", "qps", [96], { dataset: "Adult, small" }),
  ...records("Equal weights", "all", "qps", [10, 14], { dataset: 'Census "KDD"' }),
  ...records("MultiBalance", "all", "qps", [11, null], { dataset: 'Census "KDD"' }),
];

Deno.test("CSV quotes what it must, leaves the undefined empty and never prints NaN", async () => {
  const table = await createResultTable(cost, {
    caption: "Cost",
    rows: ["dataset", "method"],
    significance: {
      against: "equal weights",
      tests: [{ dataset: 'Census "KDD"', method: "MultiBalance", task: "all", metric: "qps", p: .5 }],
    },
  });
  // t_{.975, 1} = tan(.475 pi) = 12.706..., times 2 sqrt 2 / sqrt 2 = 2.
  const [csv, margins] = withoutColumn(toCsv(table), "ci95");
  assert.equal(
    csv,
    `dataset,method,task,metric,mean,std,n,p,p_adjusted
"Adult, small",Equal weights,all,qps,102,2.8284271247461903,2,,
"Adult, small",MultiBalance,all,qps,96,,1,,
"Census ""KDD""",Equal weights,all,qps,12,2.8284271247461903,2,,
"Census ""KDD""",MultiBalance,all,qps,,,2,0.5,0.5
`,
  );
  assert.equal(margins[1], "");
  assert.ok(Math.abs(Number(margins[0]) - 2 * Math.tan(.475 * Math.PI)) < 1e-8);
});

/** Takes a column, counted from the end because names may hold commas, out of a CSV text. */
function withoutColumn(csv: string, name: string): [csv: string, column: string[]] {
  const lines = csv.trimEnd().split("\n").map((line) => line.split(","));
  const fromEnd = lines[0].length - lines[0].indexOf(name);
  const column = lines.map((line) => line.splice(line.length - fromEnd, 1)[0]);
  return [lines.map((line) => line.join(",") + "\n").join(""), column.slice(1)];
}

Deno.test("the best is sought among rows that differ in the last row field only", async () => {
  const table = await createResultTable(cost, { caption: "Cost", rows: ["dataset", "method"] });
  assert.equal(
    toMarkdown(table),
    `**Cost**

| Dataset      | Method        |   all QPS ↑ |
| ------------ | ------------- | ----------: |
| Adult, small | Equal weights | **102** ± 3 |
| Adult, small | MultiBalance  |    96       |
| Census "KDD" | Equal weights |    12   ± 3 |
| Census "KDD" | MultiBalance  |           — |

- Mean ± sample standard deviation over 1 to 2 seeds; bold: best of its column within the same dataset
- —: not run, or a seed gave no finite value
`,
  );
  assert.match(toLatex(table), /MultiBalance +& +\$96\$ \\\\\n\\midrule\nCensus/);
});

/** The cells of one rendered column, from its heading down. */
function column(markdown: string, c: number): string[] {
  const rows = markdown.split("\n").filter((line) => line.startsWith("|"));
  return rows.filter((_, r) => r !== 1).map((line) => line.split("|")[c + 1].trim().replace(/ +/g, " "));
}

Deno.test("sections part the rows and not what is compared; bounds are never the best", async () => {
  const kinds = { copier: "extraction", writer: "generation", oracle: "upper bound" };
  const rows = Object.entries(kinds).map(([method, kind], i) =>
    records(method, "test", "auc", [.7 + i / 10], { kind })
  ).flat();
  const more = records("editor", "test", "auc", [.75], { kind: "generation" });
  const table = await createResultTable([...rows, ...more], {
    caption: "Kinds",
    columns: ["metric"],
    section: "kind",
    bounds: ["oracle"],
    significance: {
      against: "copier",
      tests: [
        { kind: "generation", method: "writer", metric: "auc", p: .02 },
        { kind: "upper bound", method: "oracle", metric: "auc", p: .02 },
      ],
    },
  });
  assert.equal(
    toMarkdown(table),
    `**Kinds**

| Kind        | Method |        AUC ↑ |
| ----------- | ------ | -----------: |
| extraction  | copier |   0.7000     |
| generation  | writer | **0.8000** * |
|             | editor |   0.7500     |
| upper bound | oracle |   0.9000   * |

- One seed; bold: best of its column, oracle left out
- Differs from copier: * p < .05, ** p < .01, two-sided, Holm-corrected within each column
- \`AUC|Mann-Whitney|ties:mid-rank|v1\`
`,
  );
  // One family: with two tests the smaller p counts twice.
  assert.equal(table.cells[1][0].adjustedP, .04);
  const body = toLatex(table).split("\n").filter((line) =>
    /^(extraction|generation|upper| )|midrule/.test(line)
  );
  assert.deepEqual(
    body.map((line) => line.slice(0, 11)),
    ["\\midrule", "extraction ", "\\midrule", "generation ", "           ", "\\midrule", "upper bound"],
  );
  assert.match(toCsv(table), /^kind,method,metric,.*\n.*\n.*\ngeneration,editor,auc,0.75,/);
});

Deno.test("bold follows the direction of the metric and what is printed", async () => {
  const judge = async (metric: string, values: number[], decimals = 2, rest = {}) => {
    const made = values.flatMap((value, i) => records(`m${i}`, "t", metric, [value]));
    const metrics = { [metric]: { decimals, ...rest } };
    return column(toMarkdown(await createResultTable(made, { caption: "c", metrics })), 1);
  };
  assert.deepEqual(await judge("auc", [.7, .9, .8]), ["t AUC ↑", "0.70", "**0.90**", "0.80"]);
  assert.deepEqual(await judge("ne", [.7, .9, .8]), ["t NE ↓", "**0.70**", "0.90", "0.80"]);
  assert.deepEqual(await judge("calibration", [.7, 1.1, .9]), [
    "t Calibration →1",
    "0.70",
    "**1.10**",
    "**0.90**",
  ]);
  assert.deepEqual(await judge("auc", [.804, .801, .79]), ["t AUC ↑", "**0.80**", "**0.80**", "0.79"]);
  assert.deepEqual(await judge("steps", [3, 4], 0), ["t steps", "3", "4"]);
  assert.deepEqual(await judge("steps", [3, 4], 0, { direction: "lower", label: "Steps" }), [
    "t Steps ↓",
    "**3**",
    "4",
  ]);
  assert.deepEqual(await judge("ne", [.7]), ["t NE ↓", "0.70"]);
});

Deno.test("signed metrics carry their sign, zeros none", async () => {
  const made = [-.004, .004, .006, -.006].flatMap((value, i) => records(`m${i}`, "t", "gain", [value]));
  const table = toMarkdown(await createResultTable(made, { caption: "c" }));
  assert.deepEqual(column(table, 1), ["t NE gain % ↑", "0.00", "0.00", "**+0.01**", "-0.01"]);
});

Deno.test("the spread may be the 95% interval of the mean over seeds", async () => {
  const table = await createResultTable(records("m", "t", "auc", [.7, .8, .9]), {
    caption: "c",
    spread: "ci95",
  });
  // t_{.975, 2} = 4.302653, times .1 / sqrt 3.
  assert.deepEqual(column(toMarkdown(table), 1), ["t AUC ↑", "0.8000 ± 0.2484"]);
  assert.match(table.footnotes[0], /^Mean ± half-width of the 95% t interval over 3 seeds$/);
});

Deno.test("the tests of one column are one family, of another column another", async () => {
  const made = ["a", "b", "c"].flatMap((method) =>
    ["t", "u"].flatMap((task) => records(method, task, "auc", [.5]))
  );
  const test = (method: string, task: string, p: number) => ({ method, task, metric: "auc", p });
  const tests = [test("a", "t", .02), test("b", "t", .03), test("c", "t", .004), test("a", "u", .02)];
  const adjusted = async (correction: "holm" | "none") => {
    const table = await createResultTable(made, {
      caption: "c",
      significance: { against: "x", tests, correction },
    });
    return table.cells.map((row) => row.map((cell) => cell.adjustedP));
  };
  assert.deepEqual(await adjusted("holm"), [[.04, .02], [.04, null], [.012, null]]);
  assert.deepEqual(await adjusted("none"), [[.02, .02], [.03, null], [.004, null]]);
});

Deno.test("rows and columns follow the given order, then the order of appearance", async () => {
  const made = ["b", "c", "a"].flatMap((method) =>
    ["t2", "t1"].flatMap((task) => [
      ...records(method, task, "auc", [.5]),
      ...records(method, task, "ne", [.5]),
    ])
  );
  const table = await createResultTable(made, {
    caption: "c",
    order: { method: ["a", "absent"], metric: ["ne", "auc"] },
  });
  assert.deepEqual(table.rows, [["a"], ["b"], ["c"]]);
  assert.deepEqual(table.columns.map(({ keys }) => keys.join(" ")), ["t2 ne", "t2 auc", "t1 ne", "t1 auc"]);
});

Deno.test("any fields make rows and columns, where one metric is left", async () => {
  const made = ["mmoe", "ple"].flatMap((backbone) => records("m", "t", "auc", [.5, .7], { backbone }));
  const table = await createResultTable(made, { caption: "c", columns: ["backbone"] });
  assert.deepEqual(table.columns.map(({ keys, metric }) => [...keys, metric.label]), [["mmoe", "AUC"], [
    "ple",
    "AUC",
  ]]);
});

Deno.test("names are printed as they are, whatever they mean to Markdown or LaTeX", async () => {
  const method = "*a|b_ c_d\\ <x> $5 & 7% #1 {~^}";
  const table = await createResultTable(records(method, "t", "auc", [.5]), {
    caption: "[c]",
    footnotes: ["x < y * z, * and **"],
  });
  const markdown = toMarkdown(table);
  assert.ok(markdown.includes("| \\*a\\|b\\_ c_d\\\\ \\<x> $5 & 7% #1 {\\~^} |"), markdown);
  assert.ok(markdown.includes("**\\[c\\]**"), markdown);
  assert.ok(markdown.endsWith("- x < y * z, * and **\n"), markdown);
  const latex = toLatex(table);
  assert.ok(
    latex.includes(
      String.raw`{}*a\textbar{}b\_ c\_d\textbackslash{} \textless{}x\textgreater{} \$5 \& 7\% \#1 ` +
        String.raw`\{\textasciitilde{}\textasciicircum{}\} & $0.5000$ \\`,
    ),
    latex,
  );
});

Deno.test("East Asian names keep the columns aligned in a terminal", async () => {
  const made = ["等权重", "é", "ab"].flatMap((method) => records(method, "t", "auc", [.5]));
  const lines = toMarkdown(await createResultTable(made, { caption: "c" })).split("\n");
  assert.deepEqual(lines.slice(4, 7).map((line) => line.split("|")[1]), [" 等权重 ", " é      ", " ab     "]);
});

Deno.test("the table is a danfojs DataFrame underneath", async () => {
  const { frame } = await createResultTable(quality, options);
  assert.deepEqual(frame.columns, [
    "method",
    "task",
    "metric",
    "mean",
    "std",
    "ci95",
    "n",
    "p",
    "p_adjusted",
  ]);
  assert.deepEqual(frame.shape, [9, 9]);
  const means = frame.query(frame["metric"].eq("gain")).column("mean").values as number[];
  assert.deepEqual(means.map((mean) => mean.toFixed(3)), ["0.000", "1.900", "-0.833"]);
});

Deno.test("means and deviations are those of each cell alone, whatever its name", async () => {
  // Names with hyphens and quotes, which a joined key would confuse: ("a-b", "c") and ("a", "b-c").
  const name = fc.stringMatching(/^[ab"-]{1,3}$/);
  const run = fc.record({ method: name, task: name, value: fc.double({ min: -9, max: 9, noNaN: true }) });
  await fc.assert(
    fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 30 }), async (runs) => {
      const made = runs.map((each, seed) => ({ ...each, metric: "auc", seed }));
      const table = await createResultTable(made, { caption: "c" });
      for (const [r, [method]] of table.rows.entries()) {
        for (const [c, { keys: [task] }] of table.columns.entries()) {
          const { mean, std, n } = table.cells[r][c];
          const values = runs.filter((each) => each.method === method && each.task === task)
            .map(({ value }) => value);
          assert.equal(n, values.length);
          if (n === 0) {
            assert.equal(mean, null);
            continue;
          }
          const expected = values.reduce((sum, value) => sum + value, 0) / n;
          assert.ok(Math.abs(mean! - expected) < 1e-12);
          if (n === 1) assert.equal(std, null);
          else {
            const squares = values.reduce((sum, value) => sum + (value - expected) ** 2, 0);
            assert.ok(Math.abs(std! - Math.sqrt(squares / (n - 1))) < 1e-12);
          }
        }
      }
    }),
    { numRuns: 30 },
  );
});

Deno.test("records and tests that do not make a table are refused", async () => {
  const good = records("m", "t", "auc", [.5, .6]);
  const build = (made: ResultRecord[], others: Partial<ResultTableOptions> = {}) =>
    createResultTable(made, { caption: "c", ...others });
  const tested = (...tests: { p: number; task?: string }[]) =>
    build(good, {
      significance: {
        against: "x",
        tests: tests.map((test) => ({ method: "m", task: "t", metric: "auc", ...test })),
      },
    });
  const where = 'method "m", task "t", metric "auc"';
  const cases: [table: () => Promise<unknown>, message: string][] = [
    [() => build([]), "there are no records, expected at least one"],
    [
      () => build([...good, good[0]]),
      `the records of ${where} have seed 1 twice, expected once`,
    ],
    [
      () =>
        build([
          { ...good[0], dataset: "adult" },
          { ...good[1], dataset: "census" },
        ]),
      `the records of ${where} mix dataset "adult" and "census", expected one value, or "dataset" among the ` +
      "rows or columns",
    ],
    [
      () => build(good, { rows: ["backbone", "method"] }),
      `record ${JSON.stringify(good[0])} has no "backbone", expected text`,
    ],
    [
      () => build([...good, ...records("n", "u", "ne", [.5])], { columns: ["task"] }),
      'a column holds the metrics auc, ne, expected one, or "metric" among the columns',
    ],
    [
      () => tested({ p: .5, task: "u" }),
      `the test of method "m", task "u", metric "auc" has no cell, expected records of it`,
    ],
    [() => tested({ p: .5 }, { p: .5 }), `the test of ${where} is given twice, expected once`],
    [() => tested({ p: NaN }), `the test of ${where} has p NaN, expected a number from 0 to 1`],
  ];
  for (const [table, state] of cases) {
    await assert.rejects(table, { message: `Cannot build a result table: ${state}` });
  }
});

import assert from "node:assert/strict";
import { type TextTable, textTableToLatex, textTableToMarkdown } from "../../../lib/eval/mod.ts";

const table: TextTable = {
  caption: "A & B",
  label: "differences",
  head: ["Against", "Δ BLEU", "p"],
  rows: [["one_two", "+0.10", "≤ .001"], ["three", "-0.20", "—"]],
  footnotes: ["50% of it", "t|paired|v1"],
};

Deno.test("a table of texts is Markdown that lines up in a terminal", () => {
  assert.equal(
    textTableToMarkdown(table),
    `**A & B**

| Against | Δ BLEU |      p |
| ------- | -----: | -----: |
| one_two |  +0.10 | ≤ .001 |
| three   |  -0.20 |      — |

- 50% of it
- \`t|paired|v1\`
`,
  );
});

Deno.test("and a booktabs float", () => {
  assert.equal(
    textTableToLatex(table),
    String.raw`\begin{table}[t]
\centering
\caption{A \& B}
\label{tab:differences}
\begin{tabular}{lrr}
\toprule
Against  & $\Delta$ BLEU &           p \\
\midrule
one\_two &         +0.10 & $\leq$ .001 \\
three    &         -0.20 &         --- \\
\bottomrule
\end{tabular}
\par\smallskip{\footnotesize 50\% of it}
\par\smallskip{\footnotesize \texttt{t|\allowbreak paired|\allowbreak v1}}
\end{table}
`,
  );
});

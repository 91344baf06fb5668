import { boundInputs } from "../define/pipeline.ts";
import type { StageInstance } from "../define/stage.ts";

/**
 * The graph of a pipeline as a Mermaid flowchart: raw files, stages, what is published.
 *
 * @param options.byStage Draws one node for all instances of a stage.
 */
export function mermaid(instances: readonly StageInstance[], options: { byStage: boolean }): string {
  const nodes = new Map<string, { id: string; text: string }>();
  const edges = new Set<string>();
  const counts = new Map<string, number>();
  for (const { stage } of instances) counts.set(stage.name, (counts.get(stage.name) ?? 0) + 1);
  const nodeOf = (key: string, prefix: string, text: string) => {
    const known = nodes.get(key);
    if (known !== undefined) return known.id;
    const id = `${prefix}${nodes.size}`;
    nodes.set(key, { id, text });
    return id;
  };
  const stageNode = ({ id, stage }: StageInstance) => {
    const count = counts.get(stage.name)!;
    const label = !options.byStage ? id : count === 1 ? stage.name : `${stage.name} (${count})`;
    return nodeOf(options.byStage ? stage.name : id, "s", `["${escape(label)}"]`);
  };
  const fileNode = (path: string) => nodeOf(`file ${path}`, "f", `[/"${escape(path)}"/]`);
  for (const instance of instances) {
    const reader = stageNode(instance);
    for (const { source } of boundInputs(instance)) {
      edges.add(
        source.kind === "raw"
          ? `${fileNode(source.path)} --> ${reader}`
          : `${stageNode(source.instance)} -->|"${escape(source.output)}"| ${reader}`,
      );
    }
    for (const target of Object.values(instance.publish)) edges.add(`${reader} --> ${fileNode(target)}`);
  }
  const lines = [...[...nodes.values()].map(({ id, text }) => `${id}${text}`), ...edges];
  return ["flowchart TD", ...lines.map((line) => `  ${line}`)].join("\n") + "\n";
}

/** Mermaid reads HTML entities, without the ampersand, in quoted text. */
function escape(text: string): string {
  return text.replaceAll("#", "#35;").replaceAll('"', "#quot;");
}

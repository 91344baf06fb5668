import { createHash } from "node:crypto";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { canonicalJson, type JsonObject } from "../base/canonical_json.ts";
import { hashFileSync, hashTexts } from "../base/content.ts";
import { codeSettings, configurationPaths } from "./configuration.ts";
import { explainModuleError } from "./file_error.ts";
import { GraphMemo, stampOf } from "./graph_memo.ts";
import { plainCode } from "./plain_code.ts";

/** The code of one stage: part of its key. */
export interface Code {
  /** SHA-256 over everything below. */
  readonly hash: string;
  /** Project-relative name of each module, with its SHA-256 and the names it imports. */
  readonly modules: Readonly<Record<string, { readonly hash: string; readonly imports: readonly string[] }>>;
  /** Exact versions of the npm packages reached, sorted: "valibot@1.5.0". */
  readonly packages: readonly string[];
  /** Settings of the configuration that change what code does; absent if there are none. */
  readonly settings?: JsonObject;
}

/** What `deno info --json` tells of one module. */
interface ModuleInfo {
  readonly specifier: string;
  readonly local?: string;
  readonly error?: string;
  readonly npmPackage?: string;
  readonly dependencies?: readonly {
    readonly code?: { readonly specifier?: string; readonly error?: string };
    readonly type?: { readonly specifier?: string };
  }[];
}

interface GraphInfo {
  readonly modules: readonly ModuleInfo[];
  readonly redirects: Readonly<Record<string, string>>;
  readonly npmPackages?: Readonly<Record<string, { readonly dependencies: readonly string[] }>>;
}

/** The folder of the engine. `ENGINE_VERSION` stands for its modules in keys, so that a better display reruns nothing. */
const engineFolder = new URL("..", import.meta.url).href;

/**
 * The modules that a file imports, as Deno resolves them: through the import map, static and literal dynamic
 * imports alike.
 */
export class ModuleGraph {
  readonly #root: string;
  readonly #config: string;
  readonly #path: string;
  /** State of the configuration under which Deno resolved the imports. */
  readonly #configuration: string;
  readonly #settings: JsonObject | undefined;
  readonly #modules: ReadonlyMap<string, ModuleInfo>;
  readonly #redirects: Readonly<Record<string, string>>;
  readonly #packages: NonNullable<GraphInfo["npmPackages"]>;
  /** Texts and hashes by path, as they were when they were first asked for. */
  readonly #texts = new Map<string, { readonly hash: string; readonly plain: () => string }>();

  private constructor(root: string, config: string, path: string, configuration: string, info: GraphInfo) {
    this.#root = root;
    this.#config = config;
    this.#path = path;
    this.#configuration = configuration;
    const settings = codeSettings(config);
    this.#settings = Object.keys(settings).length === 0 ? undefined : settings;
    this.#modules = new Map(info.modules.map((module) => [module.specifier, module]));
    this.#redirects = info.redirects;
    this.#packages = info.npmPackages ?? {};
  }

  /** Asks Deno for the graph of the module at `path`, under the configuration of the project at `root`. */
  static async load(root: string, config: string, path: string): Promise<ModuleGraph> {
    const asked = Date.now();
    const configuration = describeConfiguration(root, config);
    const memo = new GraphMemo(root, config, path);
    const known = memo.recall();
    if (known !== undefined) return new ModuleGraph(root, config, path, configuration, known as GraphInfo);
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", `--config=${config}`, path],
      cwd: root,
      env: { NO_COLOR: "1" },
    }).output();
    if (!success) {
      const reason = new TextDecoder().decode(stderr).trim().replace(/^error: /, "");
      throw new Error(`Cannot read the imports of ${path}: ${reason}`);
    }
    const info = essentialsOf(JSON.parse(new TextDecoder().decode(stdout)));
    const configured = configurationPaths(root, config);
    if (configured !== undefined && info.modules.every(({ error }) => error === undefined)) {
      const modules = info.modules.flatMap(({ local }) => (local === undefined ? [] : [local]));
      memo.remember(info, [...modules, ...configured], asked);
    }
    return new ModuleGraph(root, config, path, configuration, info);
  }

  /** Whether the module with this URL is in the graph. */
  has(url: string): boolean {
    return this.#modules.has(url);
  }

  /** Whether something in the graph cannot be loaded, such as a missing module that is imported dynamically. */
  get isBroken(): boolean {
    return this.#modules.values().some(({ error, dependencies = [] }) =>
      error !== undefined || dependencies.some(({ code }) => code?.error !== undefined)
    );
  }

  /**
   * The code that a stage of the module with this URL runs.
   *
   * @param options.ignoreComments Hashes modules without comments, types and formatting where that is certain.
   * @throws {Error} If an import cannot be resolved.
   */
  codeOf(url: string, options: { readonly ignoreComments: boolean }): Code {
    const modules: Record<string, { hash: string; imports: string[] }> = {};
    const packages = new Set<string>();
    const seen = new Set<string>();
    const pending: { specifier: string; importer?: string }[] = [{ specifier: url }];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { specifier, importer } = next;
      if (seen.has(specifier)) continue;
      seen.add(specifier);
      const module = this.#moduleAt(specifier, importer);
      if (module.npmPackage !== undefined) this.#collectPackages(module.npmPackage, packages);
      if (module.local === undefined) continue;
      const imports = this.#importsOf(module).filter((specifier) => !specifier.startsWith(engineFolder));
      modules[this.#nameOf(specifier)] = {
        hash: options.ignoreComments ? this.#textAt(module.local).plain() : this.#textAt(module.local).hash,
        imports: imports.map((specifier) => this.#nameOf(specifier)).sort(),
      };
      pending.push(...imports.map((imported) => ({ specifier: imported, importer: specifier })));
    }
    const sorted = [...packages].sort();
    const settings = this.#settings;
    const texts = [modules, sorted, ...settings === undefined ? [] : [settings]].map((part) =>
      canonicalJson(part)
    );
    return { hash: hashTexts(texts), modules, packages: sorted, settings };
  }

  /** Absolute paths of the modules of `code` that lie in the project. */
  pathsOf(code: Code): string[] {
    return Object.keys(code.modules).filter(isProjectModule).map((name) => join(this.#root, name));
  }

  /** Whether the modules of `code`, which a stage of the module with this URL runs, are still as they were hashed. */
  async isUntouched(
    code: Code,
    url: string,
    options: { readonly ignoreComments: boolean },
  ): Promise<boolean> {
    const hasSameTexts = this.pathsOf(code).every((path) => {
      try {
        return hashFileSync(path) === this.#texts.get(path)?.hash;
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return false;
        throw error;
      }
    });
    if (!hasSameTexts) return false;
    if (describeConfiguration(this.#root, this.#config) === this.#configuration) return true;
    // The same texts may import other modules now.
    try {
      const now = await ModuleGraph.load(this.#root, this.#config, this.#path);
      return now.codeOf(url, options).hash === code.hash;
    } catch {
      // An import of it, or of another stage, leads nowhere now.
      return false;
    }
  }

  #moduleAt(specifier: string, importer: string | undefined): ModuleInfo {
    const module = this.#modules.get(specifier);
    if (module !== undefined && module.error === undefined) return module;
    const reason = module?.error === undefined
      ? "Deno does not list it"
      : explainModuleError(module.error, this.#root);
    const by = importer === undefined ? "" : `, which ${this.#nameOf(importer)} imports`;
    throw new Error(`Cannot hash module ${this.#nameOf(specifier)}${by}: ${reason}`);
  }

  #importsOf(module: ModuleInfo): string[] {
    const imports = (module.dependencies ?? []).flatMap(({ code, type }) => {
      if (code?.error !== undefined) {
        const reason = explainModuleError(code.error, this.#root);
        throw new Error(`Cannot hash module ${this.#nameOf(module.specifier)}: ${reason}`);
      }
      return [code?.specifier, type?.specifier].filter((specifier) => specifier !== undefined);
    });
    return [...new Set(imports.map((specifier) => this.#redirects[specifier] ?? specifier))];
  }

  #collectPackages(name: string, packages: Set<string>): void {
    if (packages.has(name)) return;
    packages.add(name);
    for (const dependency of this.#packages[name]?.dependencies ?? []) {
      this.#collectPackages(dependency, packages);
    }
  }

  #textAt(path: string): { readonly hash: string; readonly plain: () => string } {
    const known = this.#texts.get(path);
    if (known !== undefined) return known;
    const bytes = Deno.readFileSync(path);
    const hash = createHash("sha256").update(bytes).digest("hex");
    let plain: string | undefined;
    const found = {
      hash,
      plain() {
        if (plain !== undefined) return plain;
        const code = plainCode(path, new TextDecoder().decode(bytes));
        return plain = code === undefined ? hash : hashTexts(["plain code", code]);
      },
    };
    this.#texts.set(path, found);
    return found;
  }

  #nameOf(specifier: string): string {
    return specifier.startsWith("file:") ? relative(this.#root, fileURLToPath(specifier)) : specifier;
  }
}

/** What tells one state of the configuration from another. */
function describeConfiguration(root: string, config: string): string {
  return canonicalJson(
    (configurationPaths(root, config) ?? [config]).map((path) => [path, stampOf(path) ?? null]),
  );
}

/** The part of Deno's answer that is used here: a small one. */
function essentialsOf({ modules, redirects, npmPackages = {} }: GraphInfo): GraphInfo {
  return {
    modules: modules.map(({ specifier, local, error, npmPackage, dependencies }) => ({
      specifier,
      local,
      error,
      npmPackage,
      dependencies: dependencies?.map(({ code, type }) => ({
        code: code && { specifier: code.specifier, error: code.error },
        type: type && { specifier: type.specifier },
      })),
    })),
    redirects,
    npmPackages: Object.fromEntries(
      Object.entries(npmPackages).map(([name, { dependencies }]) => [name, { dependencies }]),
    ),
  };
}

/** Whether a name in {@link Code} is a project-relative path, as opposed to the URL of a remote module. */
function isProjectModule(name: string): boolean {
  return !/^\w+:/.test(name);
}

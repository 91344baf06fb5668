/** Finds the machine's BLAS and binds the routines that Equipoise uses. */

export interface Blas {
  /** The name under which the dynamic linker found it. */
  readonly library: string;
  /** The library's own word on its version and kernel, where it has one. */
  readonly version: string;
  readonly threads: number;
  /**
   * C = op(A) op(B) + beta C, row-major: C is [m, n], op(A) [m, k], op(B) [k, n]; lda and ldb are the stored row
   * lengths, beta is 0 if absent.
   */
  sgemm(
    transposeA: boolean,
    transposeB: boolean,
    m: number,
    n: number,
    k: number,
    a: Deno.PointerValue,
    lda: number,
    b: Deno.PointerValue,
    ldb: number,
    c: Deno.PointerValue,
    beta?: number,
  ): void;
  close(): void;
}

export interface BlasOptions {
  /** A file or linker name to use instead of the usual ones. */
  library?: string;
  /** Threads to use; the library's own default if absent. */
  threads?: number;
}

const CBLAS_ROW_MAJOR = 101, CBLAS_NO_TRANSPOSE = 111, CBLAS_TRANSPOSE = 112;

/** Linker names by system, fastest first. The reference BLAS is left out: plain WASM is faster. */
const usualNames: Record<string, readonly string[]> = {
  linux: [
    "libopenblas.so.0",
    "libopenblas.so",
    "libmkl_rt.so.2",
    "libmkl_rt.so",
    "libblis.so.4",
    "libblis.so",
  ],
  darwin: [
    "/System/Library/Frameworks/Accelerate.framework/Accelerate",
    "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
    "/usr/local/opt/openblas/lib/libopenblas.dylib",
    "libopenblas.dylib",
  ],
  windows: ["libopenblas.dll", "openblas.dll", "mkl_rt.2.dll", "mkl_rt.dll"],
};

const installHints: Record<string, string> = {
  linux: "apt-get install libopenblas0-pthread (Debian, Ubuntu) or dnf install openblas (Fedora)",
  darwin: "nothing: Accelerate is part of macOS; or brew install openblas",
  windows: "OpenBLAS' release archive, with its bin folder on PATH",
};

const symbols = {
  cblas_sgemm: {
    parameters: [
      ...["i32", "i32", "i32", "i32", "i32", "i32", "f32"],
      ...["pointer", "i32", "pointer", "i32", "f32", "pointer", "i32"],
    ] as Deno.NativeType[],
    result: "void",
  },
  openblas_get_config: { parameters: [], result: "pointer", optional: true },
  openblas_get_num_threads: { parameters: [], result: "i32", optional: true },
  openblas_set_num_threads: { parameters: ["i32"], result: "void", optional: true },
  MKL_Set_Num_Threads: { parameters: ["i32"], result: "void", optional: true },
  bli_thread_set_num_threads: { parameters: ["i32"], result: "void", optional: true },
} as const satisfies Deno.ForeignLibraryInterface;

/** How to install a BLAS on this system. */
export function blasInstallHint(): string {
  return installHints[Deno.build.os] ?? "an OpenBLAS for your system, and set EQUIPOISE_BLAS to its file";
}

/**
 * Opens the first BLAS that is there.
 *
 * @throws {Error} If none of the names can be opened, naming each.
 */
export function openBlas(options: BlasOptions = {}): Blas {
  const names = options.library ? [options.library] : usualNames[Deno.build.os] ?? [];
  const failures: string[] = [];
  for (const name of names) {
    try {
      return bind(name, Deno.dlopen(name, symbols), options.threads);
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      failures.push(`${name} (${(error as Error).message.split("\n")[0]})`);
    }
  }
  const tried = failures.join(", ") || `the usual names on ${Deno.build.os}`;
  throw new Error(`Cannot open a BLAS: none of ${tried} could be loaded, expected one with cblas_sgemm`);
}

function bind(name: string, library: Deno.DynamicLibrary<typeof symbols>, threads?: number): Blas {
  const call = library.symbols;
  if (threads !== undefined) {
    (call.openblas_set_num_threads ?? call.MKL_Set_Num_Threads ?? call.bli_thread_set_num_threads)?.(threads);
  }
  const config = call.openblas_get_config?.();
  return {
    library: name,
    version: config ? shortConfig(Deno.UnsafePointerView.getCString(config)) : name.replace(/^.*\//, ""),
    threads: call.openblas_get_num_threads?.() ?? threads ?? navigator.hardwareConcurrency,
    sgemm(transposeA, transposeB, m, n, k, a, lda, b, ldb, c, beta = 0) {
      const opA = transposeA ? CBLAS_TRANSPOSE : CBLAS_NO_TRANSPOSE;
      const opB = transposeB ? CBLAS_TRANSPOSE : CBLAS_NO_TRANSPOSE;
      call.cblas_sgemm(CBLAS_ROW_MAJOR, opA, opB, m, n, k, 1, a, lda, b, ldb, beta, c, n);
    },
    close: () => library.close(),
  };
}

/** Name, version and kernel of OpenBLAS' own words, without its build flags. */
function shortConfig(config: string): string {
  return config.split(/\s+/).filter((word) => word !== "" && !/[_=]/.test(word)).join(" ");
}

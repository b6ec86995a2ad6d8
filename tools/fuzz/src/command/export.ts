import {
	chmodSync,
	existsSync,
	mkdirSync,
	readFileSync,
	writeFileSync,
} from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { Exit } from "./exit.ts";
import { DETECTORS, entryOf } from "./jazzer.ts";
import {
	corpusFolder,
	findTarget,
	listTargets,
	shown,
	targetName,
} from "./targets.ts";

/**
 * Writes what OSS-Fuzz and ClusterFuzzLite need to run targets under Jazzer.js:
 *
 *     oss-fuzz/{project.yaml,Dockerfile,build.sh}         for a directory of google/oss-fuzz/projects
 *     .clusterfuzzlite/{project.yaml,Dockerfile,build.sh} for this repository
 *     .github/workflows/clusterfuzzlite.yml
 */
export function exportOssFuzz(
	names: readonly string[],
	options: { readonly output: string; readonly repository?: string },
): number {
	const targets =
		names.length > 0 ? names.map((name) => findTarget(name)) : listTargets();
	if (targets.length === 0)
		throw new Exit("usage", "There are no targets to export");
	const root = projectRoot(targets[0] as string);
	const { name, homepage, repository } = JSON.parse(
		readFileSync(join(root, "package.json"), "utf8"),
	);
	const url = options.repository ?? urlOf(repository);
	if (url === undefined)
		throw new Exit(
			"usage",
			"package.json has no repository: say --repository https://...",
		);
	const project = folderName(name ?? "project");
	const build = buildScript(project, root, targets);
	const files: Record<string, string> = {
		"oss-fuzz/project.yaml": projectYaml(url, homepage ?? url),
		"oss-fuzz/Dockerfile": dockerfile(
			project,
			`RUN git clone --depth 1 ${url} ${project}`,
		),
		"oss-fuzz/build.sh": build,
		".clusterfuzzlite/project.yaml": projectYaml(url, homepage ?? url),
		".clusterfuzzlite/Dockerfile": dockerfile(
			project,
			`COPY . $SRC/${project}`,
			compileWithout,
			".clusterfuzzlite/",
		),
		".clusterfuzzlite/build.sh": build,
		".github/workflows/clusterfuzzlite.yml": workflow,
	};
	for (const [path, text] of Object.entries(files)) {
		const file = join(options.output, path);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, text);
		if (path.endsWith(".sh")) chmodSync(file, 0o755);
		process.stdout.write(`Wrote ${shown(resolve(file))}\n`);
	}
	return 0;
}

/** The folder above a file that has the repository's package.json: the outermost one, for workspaces. */
function projectRoot(file: string): string {
	let root: string | undefined;
	for (let folder = dirname(file); ; folder = dirname(folder)) {
		if (existsSync(join(folder, "package.json"))) root = folder;
		if (existsSync(join(folder, ".git")) || dirname(folder) === folder) break;
	}
	if (root === undefined)
		throw new Exit("usage", `There is no package.json above ${shown(file)}`);
	return root;
}

function urlOf(
	repository: string | { url?: string } | undefined,
): string | undefined {
	const url = typeof repository === "string" ? repository : repository?.url;
	const short = /^(?:github:)?([\w.-]+\/[\w.-]+)$/.exec(url ?? "")?.[1];
	return short ? `https://github.com/${short}` : url?.replace(/^git\+/, "");
}

function folderName(name: string): string {
	return name.replace(/^@/, "").replace(/[^a-z0-9._-]+/gi, "-");
}

function projectYaml(url: string, homepage: string): string {
	return `homepage: ${JSON.stringify(homepage)}
main_repo: ${JSON.stringify(url)}
language: javascript
# Add who is told about findings: addresses with a Google account.
primary_contact: ""
auto_ccs: []
fuzzing_engines:
  - libfuzzer
sanitizers:
  - none
# Jazzer.js 4 needs glibc 2.38; the default image has an older one.
base_os_version: ubuntu-24-04
`;
}

function dockerfile(
	project: string,
	source: string,
	more = "",
	from = "",
): string {
	return `FROM gcr.io/oss-fuzz-base/base-builder-javascript:ubuntu-24-04
RUN apt-get update && apt-get install -y --no-install-recommends zip && rm -rf /var/lib/apt/lists/*
${more}${source}
COPY ${from}build.sh $SRC/
WORKDIR $SRC/${project}
`;
}

const compileWithout = `# ClusterFuzzLite knows no sanitizer "none", and for JavaScript there is no other.
RUN mv /usr/local/bin/compile /usr/local/bin/compile-without && \\
    printf '#!/bin/bash\\nSANITIZER=none exec compile-without "$@"\\n' > /usr/local/bin/compile && \\
    chmod +x /usr/local/bin/compile
`;

/** Bundles each target to one file of JavaScript: no types to erase, no packages to find, on whatever Node is there. */
function buildScript(
	project: string,
	root: string,
	targets: readonly string[],
): string {
	const lines = targets.map((target) => {
		const seeds = relative(root, `${corpusFolder(target)}/seeds`);
		return `fuzzer ${quoted(targetName(target))} ${quoted(relative(root, target))} ${quoted(seeds)}`;
	});
	return `#!/bin/bash -eu
# Builds the fuzz targets for OSS-Fuzz and ClusterFuzzLite. Written by framewright-fuzz export oss-fuzz.
cd "$SRC/${project}"
npm ci
npm install --no-save @jazzer.js/core@4 esbuild

# fuzzer NAME TARGET SEEDS: bundles a target, makes its wrapper, and packs the inputs to start from.
fuzzer() {
	cat > "fuzz-build/$1.entry.mjs" <<-END
${entryOf("../$2").replace(/^(?=.)/gm, "\t")}	END
	npx esbuild "fuzz-build/$1.entry.mjs" --bundle --platform=node --format=cjs --target=node20 --sourcemap=inline \\
		--conditions=@framewright/source --log-override:empty-import-meta=silent --outfile="fuzz-build/$1.js"
	compile_javascript_fuzzer ${project} "fuzz-build/$1.js" --sync ${DETECTORS}
	if [ -d "$3" ]; then
		zip -q -j -r "$OUT/$1_seed_corpus.zip" "$3"
	fi
}

mkdir -p fuzz-build
echo '{"type":"commonjs"}' > fuzz-build/package.json
${lines.join("\n")}
`;
}

function quoted(text: string): string {
	return /^[\w./@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

const workflow = `name: ClusterFuzzLite

on:
  pull_request:
  schedule:
    - cron: "41 2 * * *"
  workflow_dispatch:

permissions:
  contents: read

concurrency:
  group: clusterfuzzlite-\${{ github.ref }}
  cancel-in-progress: true

jobs:
  fuzz:
    runs-on: ubuntu-latest
    timeout-minutes: 120
    steps:
      - id: build
        uses: google/clusterfuzzlite/actions/build_fuzzers@v1
        with:
          language: javascript
          # The image builds without any; see .clusterfuzzlite/Dockerfile.
          sanitizer: address
          github-token: \${{ secrets.GITHUB_TOKEN }}
          # Nothing is compiled, so there is nothing to check for a sanitizer.
          bad-build-check: false
      - id: run
        uses: google/clusterfuzzlite/actions/run_fuzzers@v1
        with:
          github-token: \${{ secrets.GITHUB_TOKEN }}
          language: javascript
          sanitizer: address
          fuzz-seconds: \${{ github.event_name == 'pull_request' && 300 || 3600 }}
          mode: \${{ github.event_name == 'pull_request' && 'code-change' || 'batch' }}
          output-sarif: true
`;

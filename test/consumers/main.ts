// uses the built packages as users would, up to cdk deploy and cdk destroy in the sandbox: npm run test:consumers --
// [python] [java] [csharp] [go].
import { deepStrictEqual } from 'assert';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { deployAndDestroy } from './deploy';
import { DIST, isInstalled, Language, ROOT } from './language';
import { LANGUAGES } from './languages';
import { Synthesis, synthesize, synthesizeTwin, Twin } from './synth';
import { byVersion, newestOf } from '../support/consumer';

const TEMPLATE = 'ScrewInspection.template.json';
const ALARMS = 'ScrewInspectionAlarms.template.json';

const TEARDOWNS = [
  'Custom::RekognitionProjectTeardown',
  'Custom::RekognitionProjectTeardown',
  'Custom::RekognitionProjectVersionTeardown',
];

/** The result for one language. */
interface Outcome {
  readonly result: 'passed' | 'failed' | 'skipped';
  readonly says: string;
}

async function check(
  language: Language,
  workspace: string,
  twins: Map<string, Twin>,
  newestCdk: string,
): Promise<Outcome> {
  const project = path.join(workspace, language.name);
  try {
    cpSync(path.join(ROOT, 'examples', language.name), project, { recursive: true });
    if (!existsSync(path.join(DIST, language.target))) {
      throw new Error(`dist/${language.target} is missing: npm run package:all builds it`);
    }
    if (!isInstalled(language)) {
      const inspected = (await language.inspect?.(project)) ?? 'nothing was checked';
      return {
        result: 'skipped',
        says: `${language.toolchain[0]} is not on this machine; the example was not run, ${inspected}`,
      };
    }

    const env = language.install(project, newestCdk);
    const served = language.newestCdk?.(project);
    if (served && byVersion(served, newestCdk) > 0) {
      console.log(`  NOTE: aws-cdk-lib ${served} is not used, as npm serves ${newestCdk} at most`);
    }
    const synthesis = synthesize(workspace, project, env);
    const { cdkVersion } = synthesis;
    const twin = twins.get(cdkVersion) ?? synthesizeTwin(workspace, cdkVersion);
    twins.set(cdkVersion, twin);
    return {
      result: 'passed',
      says: `${compare(synthesis, twin)}; ${await deployAndDestroy(workspace, project, env)}`,
    };
  } catch (error) {
    return { result: 'failed', says: (error as Error).message };
  }
}

/** The synthesized example that the other languages are compared with. */
async function checkTwin({ project, env }: Twin, workspace: string): Promise<Outcome> {
  try {
    return { result: 'passed', says: await deployAndDestroy(workspace, project, env) };
  } catch (error) {
    return { result: 'failed', says: (error as Error).message };
  }
}

/**
 * Compares without normalization: the same resources with the same ids and metadata, and assets with the same hashes.
 */
function compare(synthesis: Synthesis, { cdkVersion, files }: Twin): string {
  const twin: Synthesis = { cdkVersion, files };
  // the template alone first, because only a part of a difference is shown.
  deepStrictEqual(synthesis.files[TEMPLATE], twin.files[TEMPLATE]);
  deepStrictEqual(synthesis, twin);
  const alarms = Object.values<any>(synthesis.files[ALARMS].Resources).filter(
    ({ Type }) => Type === 'AWS::CloudWatch::Alarm',
  );
  deepStrictEqual(alarms.map(({ Properties }) => Properties.MetricName.split('/').pop()), ['Failed', 'Kept']);

  const resources: Array<{ Type: string; Properties: any }> = Object.values(synthesis.files[TEMPLATE].Resources);
  deepStrictEqual(
    resources
      .map(resource => resource.Type)
      .filter(type => type.startsWith('Custom::Rekognition'))
      .sort(),
    TEARDOWNS,
  );
  const handlers = resources.filter(
    ({ Properties }) => Properties?.Handler === 'index.onEvent' && /Rekognition/.test(Properties.Description),
  );
  const hashes = new Set(handlers.map(({ Properties }) => Properties.Code.S3Key));
  deepStrictEqual([handlers.length, hashes.size], [1, 1]);
  return `the same ${resources.length} resources as in TypeScript with aws-cdk-lib ${synthesis.cdkVersion},`
    + ` handler ${[...hashes][0]}`;
}

async function main(names: string[]): Promise<void> {
  const unknown = names.filter(name => !LANGUAGES.some(language => language.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `no such language: ${unknown.join(', ')}; there are ${LANGUAGES.map(language => language.name).join(', ')}`,
    );
  }

  const workspace = mkdtempSync(path.join(tmpdir(), 'teardown-consumers-'));
  const twins = new Map<string, Twin>();
  // the other languages are compared with TypeScript, so only what npm serves too can be used.
  const newestCdk = newestOf('aws-cdk-lib@2');
  const counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    const report = (name: string, start: number, { result, says }: Outcome) => {
      counts[result]++;
      console.log(`${result.toUpperCase()} ${name}: ${says} (${Math.round((Date.now() - start) / 1000)} s)`);
    };
    for (const language of LANGUAGES.filter(({ name }) => names.length === 0 || names.includes(name))) {
      console.log(`${language.name} ...`);
      const start = Date.now();
      report(language.name, start, await check(language, workspace, twins, newestCdk));
    }
    // one language is enough; without a toolchain there is none.
    const [twin] = twins.values();
    if (twin) {
      console.log('typescript ...');
      report('typescript', Date.now(), await checkTwin(twin, workspace));
    }
  } finally {
    rmSync(workspace, { recursive: true });
  }
  console.log(`consumers: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  if (counts.failed > 0) process.exitCode = 1;
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NestedStack, Stack } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { Construct } from 'constructs';
import { CdkCli, ROOT } from '../support/cdk-cli';
import { tableIn } from '../support/markdown';

const DOCUMENT = join(ROOT, 'docs/sandbox.md');
const HEADER = ['command of the CDK CLI', 'in the sandbox'];

/** What the documentation says about a command: it works, or the sentence with which it is refused. */
type Row = () => Promise<string>;

/** Runs commands with a CLI and a sandbox of their own; all of them work. */
const works = (use: (cli: CdkCli) => Promise<void>): Row => async () => {
  const cli = await CdkCli.start();
  try {
    await use(cli);
    return 'works';
  } finally {
    await cli.stop();
  }
};

/** The last command is refused by the sandbox in one sentence, without a stack trace. */
const refused = (use: (cli: CdkCli) => Promise<void>): Row => async () => {
  const cli = await CdkCli.start();
  try {
    const output: string = await use(cli).then(
      () => { throw new Error('the command works'); },
      ({ stdout = '', stderr = '', message }) => stdout + stderr || message,
    );
    expect(output).not.toMatch(/^\s+at .*:\d+:\d+/m);
    const sentences = output.match(/the sandbox does not (know|model) [^\n;]*/g) ?? [output];
    return `refused: ${sentences.at(-1)}`;
  } finally {
    await cli.stop();
  }
};

const addTaken = (stack: Stack) => new CfnProject(stack, 'Taken', { projectName: 'taken' });
const project = (name: string) => (stack: Stack) => {
  new CfnProject(stack, name, { projectName: name.toLowerCase() });
};

/** An app with a function that returns a value. */
function returning(cli: CdkCli, value: number): void {
  const code = join(cli.directory, `code-${value}`);
  mkdirSync(code);
  writeFileSync(join(code, 'index.js'), `exports.handler = async () => ${value};`);
  cli.shop(stack => {
    new Function(stack, 'Function', {
      code: Code.fromAsset(code), handler: 'index.handler', runtime: Runtime.NODEJS_22_X,
    });
  });
}

const ROWS: { readonly [command: string]: Row } = {
  '`deploy`, `diff`, `destroy`': works(async cli => {
    cli.shop(stack => project('Bolts')(new NestedStack(stack, 'Nested')));
    await cli.run('deploy');
    expect(await cli.run('deploy')).toContain('(no changes)');
    expect(await cli.run('diff')).toContain('There were no differences');
    await cli.run('destroy', '--force');
    expect(cli.statusOf('Shop')).toBe('DELETE_COMPLETE');
  }),
  '`deploy --no-rollback`, then `deploy` of the mended app': works(async cli => {
    cli.sandbox.rekognition.createProject('taken');
    cli.shop(addTaken);
    await expect(cli.run('deploy', '--no-rollback')).rejects.toThrow('CREATE_FAILED');
    cli.shop(project('Bolts'));
    await cli.run('deploy', '--no-rollback');
    cli.shop(addTaken);
    await expect(cli.run('deploy', '--no-rollback')).rejects.toThrow('UPDATE_FAILED');
    cli.shop();
    await cli.run('deploy', '--no-rollback');
    // CloudFormation does not wait until a project is gone.
    await cli.sandbox.advance(60_000);
    expect([cli.statusOf('Shop'), ...cli.projects]).toEqual(['UPDATE_COMPLETE', 'screws', 'taken']);
  }),
  '`deploy --no-rollback`, then `rollback`': works(async cli => {
    cli.sandbox.rekognition.createProject('taken');
    cli.shop();
    await cli.run('deploy');
    cli.shop(addTaken);
    await expect(cli.run('deploy', '--no-rollback')).rejects.toThrow('UPDATE_FAILED');
    await cli.run('rollback');
    expect(cli.statusOf('Shop')).toBe('UPDATE_ROLLBACK_COMPLETE');
  }),
  '`deploy --import-existing-resources`': works(async cli => {
    cli.sandbox.rekognition.createProject('screws');
    cli.shop();
    await cli.run('deploy', '--import-existing-resources');
    expect(cli.projects).toEqual(['screws']);
  }),
  '`deploy --hotswap` of a function': refused(async cli => {
    returning(cli, 1);
    await cli.run('deploy', '--require-approval', 'never');
    returning(cli, 2);
    await cli.run('deploy', '--hotswap');
  }),
  '`deploy --revert-drift`': refused(async cli => {
    cli.shop();
    await cli.run('deploy', '--revert-drift');
  }),
  '`deploy --express`': refused(async cli => {
    cli.shop();
    await cli.run('deploy', '--express');
  }),
  '`watch`': works(async cli => {
    writeFileSync(join(cli.directory, 'watched.txt'), '');
    const config = { app: 'cdk.out', watch: { include: 'watched.txt' } };
    writeFileSync(join(cli.directory, 'cdk.json'), JSON.stringify(config));
    cli.shop();
    await cli.run('deploy');
    const watch = cli.start('watch');
    try {
      await watch.until('(no changes)');
    } finally {
      watch.end();
    }
  }),
  '`import` of projects, into a new stack or an existing one': works(async cli => {
    const { rekognition } = cli.sandbox;
    rekognition.createProject('screws');
    cli.shop();
    await cli.run('import', '--resource-mapping-inline', '{"Project":{"ProjectName":"screws"}}');
    expect(cli.statusOf('Shop')).toBe('IMPORT_COMPLETE');
    await cli.run('deploy');
    rekognition.createProject('bolts');
    cli.shop(project('Bolts'));
    await cli.run('import', '--resource-mapping-inline', '{"Bolts":{"ProjectName":"bolts"}}');
    expect([cli.statusOf('Shop'), ...cli.projects]).toEqual(['IMPORT_COMPLETE', 'bolts', 'screws']);
    await cli.run('deploy');
    expect(Object.keys(cli.sandbox.stack('Shop').resources).sort()).toEqual(['Bolts', 'Project']);
  }),
  '`drift`': refused(async cli => {
    cli.shop();
    await cli.run('deploy');
    await cli.run('drift');
  }),
  '`refactor`': refused(async cli => {
    cli.synth(app => new CfnProject(new Stack(app, 'Shop'), 'Old', { projectName: 'screws' }));
    await cli.run('deploy');
    cli.synth(app => new CfnProject(new Stack(app, 'Shop'), 'New', { projectName: 'screws' }));
    // it succeeds nevertheless.
    throw new Error(await cli.run('refactor', '--unstable', 'refactor', '--force'));
  }),
  '`orphan`': works(async cli => {
    cli.shop(stack => { new CfnProject(new Construct(stack, 'Bolts'), 'Resource', { projectName: 'bolts' }); });
    await cli.run('deploy');
    await cli.run('orphan', '--unstable', 'orphan', 'Shop/Bolts', '--yes');
    expect(Object.keys(cli.sandbox.stack('Shop').resources)).toEqual(['Project']);
    expect(cli.projects).toEqual(['bolts', 'screws']);
  }),
  '`bootstrap`': works(async cli => {
    cli.shop();
    await cli.run('bootstrap');
    expect(cli.statusOf('CDKToolkit')).toBe('CREATE_COMPLETE');
    expect(await cli.run('bootstrap')).toContain('(no changes)');
    await cli.run('deploy');
  }),
  '`gc`': refused(async cli => {
    cli.shop();
    await cli.run('bootstrap');
    await cli.run('gc', '--unstable', 'gc', '--confirm', 'false');
  }),
  '`diagnose`': works(async cli => {
    cli.sandbox.rekognition.createProject('taken');
    cli.shop(addTaken);
    await expect(cli.run('deploy')).rejects.toThrow('ROLLBACK_COMPLETE');
    await expect(cli.run('diagnose', '--unstable', 'diagnose', 'Shop')).rejects.toThrow(/already\s+exists/);
  }),
  '`publish-assets`, `validate`': works(async cli => {
    cli.shop();
    await cli.run('publish-assets', '--unstable', 'publish-assets');
    expect(await cli.run('validate', '--unstable', 'validate')).toContain('Validation did not find any problems');
  }),
  '`migrate --from-stack`': works(async cli => {
    cli.shop();
    await cli.run('deploy');
    const environment = ['--account', '111122223333', '--region', 'us-east-1'];
    await cli.run('migrate', '--stack-name', 'Shop', '--from-stack', '--language', 'typescript', ...environment);
    expect(readFileSync(join(cli.directory, 'Shop/lib/shop-stack.ts'), 'utf8')).toContain("projectName: 'screws'");
  }),
};

const documented = new Map(tableIn('docs/sandbox.md', ...HEADER)?.map(([command, result]) => [command, result]));
const found = new Map<string, string>();

test.concurrent.each(Object.keys(ROWS))('%s', async command => {
  const result = await ROWS[command]();
  found.set(command, result.replaceAll('|', '\\|'));
  if (!process.env.WRITE_DOCS) expect(result).toBe(documented.get(command));
});

test('the table in the documentation has these commands and no others', () => {
  if (process.env.WRITE_DOCS) write();
  else expect([...documented.keys()]).toEqual(Object.keys(ROWS));
});

/** WRITE_DOCS=1 writes the table from what the commands did. */
function write(): void {
  const lines = readFileSync(DOCUMENT, 'utf8').split('\n');
  const start = lines.indexOf(`| ${HEADER.join(' | ')} |`) + 2;
  const end = lines.findIndex((line, index) => index >= start && !line.startsWith('|'));
  lines.splice(start, end - start, ...Object.keys(ROWS).map(command => `| ${command} | ${found.get(command)} |`));
  writeFileSync(DOCUMENT, lines.join('\n'));
}

import { awscdk, Component, github, TextFile } from 'projen';

const READ = github.workflows.JobPermission.READ;

/** The parts of `.ci/run`, each a job with the toolchains that it needs. */
const JOBS: { readonly [part: string]: github.workflows.Tools } = {
  tests: {},
  lifecycles: {},
  packages: { java: { version: '17' }, go: { version: '^1.25.0' }, dotnet: { version: '8.x' } },
  checks: { go: { version: '^1.25.0' } },
};

/** The commits behind the tags that projen has for these actions. */
const PINNED = {
  'actions/setup-dotnet@v6.0.0': 'a98b56852c35b8e3190ac28c8c2271da59106c68',
  'actions/setup-go@v7.0.0': 'b7ad1dad31e06c5925ef5d2fc7ad053ef454303e',
  // of v5.7.0, the newest whose commit could be looked up; it has the same inputs.
  'actions/setup-java@v6.0.0': 'b6effb05e454b25005698d916606bdc6ffcbf961',
  'actions/setup-node@v7.0.0': '820762786026740c76f36085b0efc47a31fe5020',
  'actions/setup-python@v7.0.0': '5fda3b95a4ea91299a34e894583c3862153e4b97',
  'peter-evans/create-pull-request@v8.1.1': '5f6978faf089d4d20b00c7766989d076bb2fc7f1',
};

/** Workflows that check what `.ci/run` checks, and release nothing that it refuses. */
export class Workflows extends Component {
  private readonly github: github.GitHub;

  constructor(project: awscdk.AwsCdkConstructLibrary) {
    super(project);
    this.github = project.github!;
    this.addCi();
    this.updateJob('pull-request-lint', 'validate', job => {
      return { ...job, permissions: { ...job.permissions, pullRequests: READ } };
    });
    for (const [action, commit] of Object.entries(PINNED)) {
      this.github.actions.set(action, `${action.split('@')[0]}@${commit}`);
    }
    // a pull request needs their review.
    new TextFile(project, '.github/CODEOWNERS', { lines: ['* @cdk-rekognition-teardown/maintainers', ''] });
  }

  /** Here, because projen adds the jobs that publish no earlier. */
  override preSynthesize(): void {
    const release = this.github.tryFindWorkflow('release')!;
    release.addJob('ci', { uses: './.github/workflows/ci.yml', permissions: { contents: READ } });
    // tags are pushed by the job that makes the GitHub release.
    this.updateJob('release', 'release', job => {
      return { ...job, needs: ['ci'], permissions: { ...job.permissions, contents: READ } };
    });
    // the registry is the default of the publisher, and no file here names a registry's host.
    this.updateJob('release', 'release_npm', job => {
      return { ...job, steps: job.steps.map(step => ({ ...step, env: without('NPM_REGISTRY', step.env) })) };
    });
  }

  private addCi(): void {
    const ci = this.github.addWorkflow('ci');
    ci.on({ pullRequest: {}, workflowCall: {}, workflowDispatch: {} });
    for (const [part, tools] of Object.entries(JOBS)) {
      ci.addJob(part, {
        runsOn: ['ubuntu-latest'],
        permissions: { contents: READ },
        timeoutMinutes: 60,
        env: { ALL_TOOLCHAINS: 'true' },
        tools: { node: { version: '22.x' }, python: { version: '3.x' }, ...tools },
        steps: [
          { ...github.WorkflowSteps.checkout(), with: { 'persist-credentials': false } },
          { name: 'Check', run: `.ci/run ${part}` },
          github.WorkflowSteps.uploadArtifact({
            name: 'Keep the reports',
            if: 'failure()',
            with: { name: `test-reports-${part}`, path: 'test-reports' },
          }),
        ],
      });
    }
  }

  private updateJob(workflow: string, id: string, change: (job: github.workflows.Job) => github.workflows.Job): void {
    const found = this.github.tryFindWorkflow(workflow)!;
    const job = found.getJob(id);
    if (!('steps' in job)) throw new Error(`${workflow}: ${id} has no steps`);
    found.updateJob(id, change(job));
  }
}

function without(name: string, env: { [name: string]: string } | undefined): { [name: string]: string } | undefined {
  return env && Object.fromEntries(Object.entries(env).filter(([key]) => key !== name));
}

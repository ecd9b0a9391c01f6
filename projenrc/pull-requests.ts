/** The words with which the title of a pull request begins; the first two make a release. */
export const TITLES = ['feat', 'fix', 'docs', 'test', 'refactor', 'chore'];

export function pullRequestTemplate(): string[] {
  const others = TITLES.slice(2).map(title => `\`${title}: ...\``).join(', ');
  return [
    `<!-- The title becomes a line of the release notes: \`feat: ...\` or \`fix: ...\`; or ${others}. -->`,
    '',
    '## What changes for users, and why',
    '',
    'Fixes #',
    '',
    '## Checklist',
    '',
    '- [ ] A test fails without the change.',
    '- [ ] Nothing is deleted that was kept before, or `docs/custody.md` and `README.md` say so.',
    '- [ ] `docs/iam.md` lists new permissions, `docs/troubleshooting.md` new messages, and `CHANGELOG.md` '
      + 'changes that users notice.',
    '- [ ] `npx projen build` leaves nothing to commit.',
  ];
}

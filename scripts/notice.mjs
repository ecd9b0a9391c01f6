// Writes NOTICE, the list of the packages whose code the bundles contain. With --print, only prints it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { packageFolders } from './packages.mjs';

const packages = (await packageFolders()).map(directory => {
  const { name, license, author } = JSON.parse(readFileSync(`${directory}/package.json`, 'utf8'));
  const texts = readdirSync(directory)
    .filter(file => /^(licen[cs]e|notice)/i.test(file))
    .map(file => [file, readFileSync(`${directory}/${file}`, 'utf8')]);
  const copyright =
    texts.flatMap(([, text]) => /^\s*(Copyright (?:\(c\) )?\d.*)$/m.exec(text)?.[1] ?? [])[0] ??
    `Copyright ${author?.name ?? author}`;
  // one copy of the Apache License is enough: LICENSE. Every other license requires its own text.
  const own = texts
    .filter(([file]) => license !== 'Apache-2.0' || /^notice/i.test(file))
    .map(([, text]) => `\n${text.trim()}\n`);
  return [`${name}`, `  ${license}`, `  ${copyright}`, ...own].join('\n');
});

const notice = `cdk-rekognition-teardown
Copyright cdk-rekognition-teardown contributors, Apache-2.0 (see LICENSE)

The Lambda function in assets/ contains code of these packages. The text of the Apache License 2.0 is in LICENSE.

${packages.join('\n\n')}
`;
if (process.argv.includes('--print')) process.stdout.write(notice);
else writeFileSync('NOTICE', notice);

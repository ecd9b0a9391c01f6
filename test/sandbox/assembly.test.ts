import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssetBucket, readStack } from '../../sandbox/assembly';

let directory: string;

beforeEach(() => { directory = mkdtempSync(join(tmpdir(), 'assembly-')); });
afterEach(() => rmSync(directory, { recursive: true }));

function write(path: string, content: object): void {
  mkdirSync(join(directory, path, '..'), { recursive: true });
  writeFileSync(join(directory, path), JSON.stringify(content));
}

function stackArtifact(templateFile: string, properties = {}) {
  return { type: 'aws:cloudformation:stack', properties: { templateFile, ...properties }, dependencies: ['Assets'] };
}

function assembly(files: { [key: string]: string }, path = '.'): void {
  write(join(path, 'manifest.json'), {
    artifacts: {
      Assets: { type: 'cdk:asset-manifest', properties: { file: 'assets.json' } },
      Shop: stackArtifact('shop.json'),
      Other: stackArtifact('shop.json', { stackName: 'renamed' }),
    },
  });
  write(join(path, 'shop.json'), { Resources: {} });
  write(join(path, 'assets.json'), {
    files: Object.fromEntries(Object.entries(files).map(([objectKey, source]) => [
      objectKey, { source: { path: source }, destinations: { here: { bucketName: 'assets', objectKey } } },
    ])),
  });
}

test('a stack is found by its name, which may differ from its id', () => {
  assembly({});
  expect(readStack(directory, 'Shop')).toMatchObject({ stackName: 'Shop', template: { Resources: {} } });
  expect(readStack(directory, 'renamed').stackName).toBe('renamed');
  expect(() => readStack(directory, 'Other')).toThrow(/no stack Other in .*; there is: Shop, renamed/);
});

test('a stack of a stage is found, including assets outside the directory of the stage', () => {
  assembly({ 'code.zip': '../asset.code' }, 'assembly-Prod');
  write('manifest.json', { artifacts: { Prod: { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Prod' } } } });
  expect(readStack(directory, 'Shop').assets.get('code.zip')).toBe(join(directory, 'asset.code'));
});

test('a directory without an assembly and an assembly without the stack fail with different errors', () => {
  expect(() => readStack(directory, 'Shop')).toThrow(/is not a cloud assembly: it has no manifest.json/);
});

test('code is used in place, and its directory must exist', () => {
  assembly({ 'code.zip': 'asset.code', 'gone.zip': 'asset.gone', 'packed.zip': 'packed.zip' });
  mkdirSync(join(directory, 'asset.code'));
  writeFileSync(join(directory, 'packed.zip'), '');
  const bucket = new AssetBucket();
  bucket.publish(readStack(directory, 'Shop'));
  expect(bucket.codeDirectory('code.zip')).toBe(join(directory, 'asset.code'));
  expect(() => bucket.codeDirectory('gone.zip')).toThrow(/is missing/);
  expect(() => bucket.codeDirectory('packed.zip')).toThrow(/is not a directory/);
  expect(() => bucket.codeDirectory('other.zip')).toThrow('no asset has been published as other.zip');
});

test('a nested template is found by the end of its URL, even in an earlier assembly', () => {
  const bucket = new AssetBucket();
  assembly({ 'one.json': 'one.template.json' });
  write('one.template.json', { Resources: { A: {} } });
  bucket.publish(readStack(directory, 'Shop'));
  assembly({ 'two.json': 'two.template.json' });
  bucket.publish(readStack(directory, 'Shop'));
  expect(bucket.nestedTemplate('https://s3.us-east-1.amazonaws.com/assets/one.json')).toEqual({ Resources: { A: {} } });
});

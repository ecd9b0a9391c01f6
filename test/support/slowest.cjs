const { relative } = require('path');

const COUNT = 10;

/** Lists the slowest tests at the end of a run of several files. */
module.exports = class {
  onRunComplete(_contexts, { testResults }) {
    if (testResults.length < 2) return;
    const tests = testResults
      .flatMap(({ testFilePath, testResults: inFile }) => inFile.map(test => ({ file: testFilePath, name: test.fullName, seconds: (test.duration ?? 0) / 1000 })))
      .sort((a, b) => b.seconds - a.seconds)
      .slice(0, COUNT);
    console.log(`\nThe slowest ${tests.length} tests:`);
    for (const { file, name, seconds } of tests) console.log(`  ${seconds.toFixed(1).padStart(5)} s  ${relative(process.cwd(), file)}  ${name}`);
  }
};

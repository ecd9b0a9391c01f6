'use strict';

/*
 * In AWS nothing lies above the code's directory. Here a repository's node_modules may, and would hide that a bundle
 * is incomplete: code below the task root finds packages below it only (and in NODE_PATH, as in AWS).
 */

const Module = require('node:module');
const { realpathSync } = require('node:fs');
const { sep } = require('node:path');

const root = realpathSync(process.env.LAMBDA_TASK_ROOT) + sep;
const nodeModulePaths = Module._nodeModulePaths;

Module._nodeModulePaths = from => {
  const paths = nodeModulePaths(from);
  return (from + sep).startsWith(root) ? paths.filter(path => path.startsWith(root)) : paths;
};

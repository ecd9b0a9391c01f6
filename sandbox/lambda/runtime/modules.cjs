'use strict';

/*
 * In AWS nothing lies above the code's directory. Here a repository's node_modules may, and would hide that a bundle
 * is incomplete: code below the task root finds packages below it only (and in NODE_PATH, as in AWS).
 */

const Module = require('node:module');
const { realpathSync } = require('node:fs');
const { sep } = require('node:path');

let root;
const nodeModulePaths = Module._nodeModulePaths;

Module._nodeModulePaths = from => {
  const paths = nodeModulePaths(from);
  return (from + sep).startsWith(root) ? paths.filter(path => path.startsWith(root)) : paths;
};

/** Drops the code's modules. Those of NODE_PATH stay, as they would for a new function of the same runtime. */
exports.forget = () => {
  for (const path of Object.keys(require.cache)) if (path.startsWith(root)) delete require.cache[path];
  for (const each of Object.values(require.cache)) each.children = each.children.filter(({ filename }) => !filename.startsWith(root));
};

exports.reset = () => {
  root = realpathSync(process.env.LAMBDA_TASK_ROOT) + sep;
  Module._initPaths();
};
exports.reset();

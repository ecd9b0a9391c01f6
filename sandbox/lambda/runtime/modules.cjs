'use strict';

/*
 * In AWS there is nothing above the directory of the code. Here there may be a node_modules, which would hide an incomplete
 * bundle. So code below the task root finds packages only below it, and in NODE_PATH the SDK, which AWS's runtime has.
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

/** [cited] Lambda Developer Guide, "Runtime-included SDK versions": the modular SDK and what it consists of. */
const IN_RUNTIME = /^@(aws-sdk|smithy)\//;

const lookupPaths = Module._resolveLookupPaths;

Module._resolveLookupPaths = (request, parent) => {
  const paths = lookupPaths(request, parent);
  if (!paths || IN_RUNTIME.test(request) || !parent?.filename?.startsWith(root)) return paths;
  return paths.filter(path => path !== process.env.NODE_PATH);
};

/** Unloads the modules of the code. Those in NODE_PATH stay loaded, as they are part of the runtime. */
exports.forget = () => {
  for (const path of Object.keys(require.cache)) if (path.startsWith(root)) delete require.cache[path];
  for (const each of Object.values(require.cache)) each.children = each.children.filter(({ filename }) => !filename.startsWith(root));
};

exports.reset = () => {
  root = realpathSync(process.env.LAMBDA_TASK_ROOT) + sep;
  Module._initPaths();
};
exports.reset();

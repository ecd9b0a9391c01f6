'use strict';

/*
 * The module that CloudFormation adds to inline code. [cited] User Guide, "cfn-response module": its interface and its
 * defaults.
 */

const { request } = require('node:https');

exports.SUCCESS = 'SUCCESS';
exports.FAILED = 'FAILED';

exports.send = (event, context, Status, Data, physicalId, NoEcho = false) => new Promise(resolve => {
  const { StackId, RequestId, LogicalResourceId } = event;
  const PhysicalResourceId = physicalId ?? context.logStreamName;
  const Reason = `See the details in CloudWatch Log Stream: ${context.logStreamName}`;
  const ids = { StackId, RequestId, LogicalResourceId, PhysicalResourceId };
  const body = JSON.stringify({ Status, Reason, ...ids, NoEcho, Data });
  const { hostname, pathname, search } = new URL(event.ResponseURL);
  const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
  const end = () => {
    context.done?.();
    resolve();
  };
  request({ hostname, path: pathname + search, method: 'PUT', headers }, response => response.resume().on('end', end))
    .on('error', error => {
      console.log(`send(..) failed executing https.request(..): ${error}`);
      end();
    })
    .end(body);
});

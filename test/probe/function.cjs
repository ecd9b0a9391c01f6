/* The custom resource of the probe. It logs what CloudFormation shows while that waits for a Delete. */
const https = require('https');
const { CloudFormation } = require('@aws-sdk/client-cloudformation');
const cloudFormation = new CloudFormation({});

exports.handler = async event => {
  const { RequestType, ResourceType, StackId, RequestId, LogicalResourceId, ResourceProperties: { Id } } = event;
  const oldId = event.PhysicalResourceId;
  const at = Date.now();
  let fails = RequestType === 'Create' && Id === 'broken';
  if (RequestType === 'Delete') {
    let events, found;
    for (let looks = 1; looks <= 60 && !found; looks++) {
      if (looks > 1) await new Promise(resolve => setTimeout(resolve, 1000));
      ({ StackEvents: events } = await cloudFormation.describeStackEvents({ StackName: StackId }));
      found = events.find(each => each.ResourceStatus === 'DELETE_IN_PROGRESS' && each.PhysicalResourceId === oldId);
    }
    const shown = Date.now();
    const { TemplateBody } = await cloudFormation.getTemplate({ StackName: StackId, TemplateStage: 'Processed' });
    const template = TemplateBody.includes(`"${Id}"`) ? 'with it' : 'without it';
    console.log('probe', JSON.stringify({ Id, ResourceType, at, began: found?.Timestamp, shown, template }));
    const { ResourceStatus: status } = events.find(each => each.PhysicalResourceId === StackId);
    fails = Id === 'stubborn' && status.includes('CLEANUP');
  }
  const ids = { StackId, RequestId, LogicalResourceId, PhysicalResourceId: RequestType === 'Delete' ? oldId : Id };
  const body = JSON.stringify({ Status: fails ? 'FAILED' : 'SUCCESS', Reason: 'as the probe wants', ...ids });
  const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
  await new Promise((resolve, reject) => https.request(event.ResponseURL, { method: 'PUT', headers })
    .on('response', response => response.resume().on('end', resolve)).on('error', reject).end(body));
};

using System.Collections.Generic;
using Amazon.CDK;
using Amazon.CDK.AWS.CloudWatch;
using Amazon.CDK.AWS.CloudWatch.Actions;
using Amazon.CDK.AWS.Events;
using Amazon.CDK.AWS.Events.Targets;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.SNS;
using CdkRekognitionTeardown;
using Constructs;

namespace ScrewInspection
{
    /// <summary>
    /// Tells the operators when a model may be running that nobody knows of. It outlives the stack that it watches.
    /// </summary>
    public class AlarmsStack : Stack
    {
        private readonly Topic operators;

        internal AlarmsStack(Construct scope, string id, TeardownProvider provider) : base(scope, id)
        {
            operators = new Topic(this, "Operators");
            // the rule gives the topic a policy, which names those who may publish, but not alarms.
            operators.GrantPublish(new ServicePrincipal("cloudwatch.amazonaws.com"));
            AddAlarm("TeardownFailed", provider.MetricFailed(), "A teardown failed: a model may be billed");
            AddAlarm("ModelKept", provider.MetricKept(), "A teardown kept something, which may be billed");

            // also if the functions of the provider cannot run. In a cleanup, the type is a general one.
            new Rule(this, "DeletionFailed", new RuleProps
            {
                EventPattern = new EventPattern
                {
                    Source = new[] { "aws.cloudformation" },
                    DetailType = new[] { "CloudFormation Resource Status Change" },
                    Detail = new Dictionary<string, object>
                    {
                        ["resource-type"] = new[]
                        {
                            "Custom::RekognitionProjectTeardown",
                            "Custom::RekognitionProjectVersionTeardown",
                            "AWS::CloudFormation::CustomResource"
                        },
                        ["status-details"] = new Dictionary<string, object> { ["status"] = new[] { "DELETE_FAILED" } }
                    }
                },
                Targets = new[] { new SnsTopic(operators) }
            });
        }

        private void AddAlarm(string id, Metric metric, string description)
        {
            var alarm = metric.CreateAlarm(this, id, new CreateAlarmOptions
            {
                AlarmDescription = description,
                Threshold = 1,
                EvaluationPeriods = 1,
                // the metric has no data as long as there is nothing to count.
                TreatMissingData = TreatMissingData.NOT_BREACHING
            });
            alarm.AddAlarmAction(new SnsAction(operators));
        }
    }
}

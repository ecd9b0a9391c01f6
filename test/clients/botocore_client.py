"""Trains, runs, stops and deletes a model with botocore, reading all that its users read of the answers."""
import botocore.session
from botocore.config import Config

S3_OBJECT = {"S3Object": {"Bucket": "images", "Name": "train.manifest"}}

client = botocore.session.get_session().create_client("rekognition", config=Config(retries={"total_max_attempts": 1}))
unchecked = botocore.session.get_session().create_client("rekognition", config=Config(parameter_validation=False))


def equal(actual, expected):
    if actual != expected:
        raise AssertionError(f"{actual!r} instead of {expected!r}")


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except client.exceptions.ClientError as error:
        equal(error.response["Error"]["Code"], code)
        if not error.response["Error"]["Message"]:
            raise AssertionError(f"{code} has no message")
    else:
        raise AssertionError(f"{call.__name__} was accepted")


def wait(name, **arguments):
    # on the sandbox's clock, what it waits for takes milliseconds.
    client.get_waiter(name).wait(**arguments, WaiterConfig={"Delay": 0, "MaxAttempts": 10_000})


def items(operation, key, page_size, **arguments):
    pages = list(client.get_paginator(operation).paginate(**arguments, PaginationConfig={"PageSize": page_size}))
    return [item for page in pages for item in page[key]], len(pages)


def names(arns):
    return [arn.split("/")[-2] for arn in arns]


def lists(birds):
    projects, pages = items("describe_projects", "ProjectDescriptions", 2)
    equal((names(p["ProjectArn"] for p in projects), pages), (["birds", "cats", "dogs", "fish", "moss"], 3))
    versions, pages = items("describe_project_versions", "ProjectVersionDescriptions", 2, ProjectArn=birds)
    equal((names(v["ProjectVersionArn"] for v in versions), pages), (["v5", "v4", "v3", "v2", "v1"], 3))
    policies, pages = items("list_project_policies", "ProjectPolicies", 3, ProjectArn=birds)
    equal(([p["PolicyName"] for p in policies], pages), ([f"p{i}" for i in range(1, 8)], 3))

    # some programs go on until there is no token, not until there is nothing in it.
    answer = client.describe_projects()
    equal(answer.get("NextToken"), None)
    # others begin with one that is empty.
    equal(client.describe_projects(NextToken="")["ProjectDescriptions"], answer["ProjectDescriptions"])
    equal(len(client.describe_project_versions(ProjectArn=birds, NextToken="")["ProjectVersionDescriptions"]), 5)
    refused("InvalidPaginationTokenException", client.describe_projects, NextToken="made-up")


def train():
    project = client.create_project(ProjectName="owls")["ProjectArn"]
    for kind in ["TRAIN", "TEST"]:
        dataset = client.create_dataset(ProjectArn=project, DatasetType=kind, DatasetSource={"GroundTruthManifest": S3_OBJECT})["DatasetArn"]
        while (description := client.describe_dataset(DatasetArn=dataset)["DatasetDescription"])["Status"] == "CREATE_IN_PROGRESS":
            equal(description["StatusMessageCode"], "SUCCESS")
        equal(description["StatusMessage"], "The dataset was successfully created from the manifest file.")
        stats = description["DatasetStats"]
        equal(stats["TotalEntries"], stats["LabeledEntries"] + stats["ErrorEntries"])
    (described,) = client.describe_projects(ProjectNames=["owls"])["ProjectDescriptions"]
    equal([(d["DatasetType"], d["Status"], d["StatusMessageCode"]) for d in described["Datasets"]],
          [("TRAIN", "CREATE_COMPLETE", "SUCCESS"), ("TEST", "CREATE_COMPLETE", "SUCCESS")])
    equal(all(d["StatusMessage"] for d in described["Datasets"]), True)

    version = client.create_project_version(
        ProjectArn=project, VersionName="first", OutputConfig={"S3Bucket": "results", "S3KeyPrefix": "owls"}, Tags={"team": "birds"})["ProjectVersionArn"]
    wait("project_version_training_completed", ProjectArn=project, VersionNames=["first"])
    return project, version


def describe(project):
    (version,) = client.describe_project_versions(ProjectArn=project, VersionNames=["first"])["ProjectVersionDescriptions"]
    return version


def results(project, version):
    description = describe(project)
    equal((description["ProjectVersionArn"], description["Status"], description["StatusMessage"]), (version, "TRAINING_COMPLETED", "The model is ready to run."))
    took = (description["TrainingEndTimestamp"] - description["CreationTimestamp"]).total_seconds()
    equal(description["BillableTrainingTimeInSeconds"], round(took))
    equal(description["EvaluationResult"]["F1Score"], 1.0)
    locations = [description["EvaluationResult"]["Summary"], description["ManifestSummary"]]
    for part in ["TrainingDataResult", "TestingDataResult"]:
        for stage in ["Output", "Validation"]:
            (asset,) = description[part][stage]["Assets"]
            locations.append(asset["GroundTruthManifest"])
    for location in locations:
        equal(location["S3Object"]["Bucket"], "results")
        equal(location["S3Object"]["Name"].startswith("owls/"), True)
    equal(len({location["S3Object"]["Name"] for location in locations}), 6)
    equal(description["TestingDataResult"]["Input"], {"AutoCreate": False})
    equal(description["OutputConfig"], {"S3Bucket": "results", "S3KeyPrefix": "owls"})


def run_and_delete(project, version):
    equal(client.start_project_version(ProjectVersionArn=version, MinInferenceUnits=1)["Status"], "STARTING")
    wait("project_version_running", ProjectArn=project, VersionNames=["first"])
    equal((describe(project)["Status"], describe(project)["StatusMessage"]), ("RUNNING", "The model is running."))
    refused("ResourceInUseException", client.delete_project_version, ProjectVersionArn=version)
    refused("ResourceInUseException", client.delete_project, ProjectArn=project)

    equal(client.stop_project_version(ProjectVersionArn=version)["Status"], "STOPPING")
    while (description := describe(project))["Status"] != "STOPPED":
        equal((description["Status"], bool(description["StatusMessage"])), ("STOPPING", True))
    equal(client.delete_project_version(ProjectVersionArn=version)["Status"], "DELETING")
    while client.describe_project_versions(ProjectArn=project, VersionNames=["first"])["ProjectVersionDescriptions"]:
        pass
    refused("ResourceNotFoundException", client.stop_project_version, ProjectVersionArn=version)

    for dataset in client.describe_projects(ProjectNames=["owls"])["ProjectDescriptions"][0]["Datasets"]:
        client.delete_dataset(DatasetArn=dataset["DatasetArn"])
        try:
            while True:
                equal(client.describe_dataset(DatasetArn=dataset["DatasetArn"])["DatasetDescription"]["Status"], "DELETE_IN_PROGRESS")
        except client.exceptions.ResourceNotFoundException:
            pass
    equal(client.delete_project(ProjectArn=project)["Status"], "DELETING")
    while client.describe_projects(ProjectNames=["owls"])["ProjectDescriptions"]:
        pass


def mistakes(birds):
    refused("ValidationException", unchecked.create_project, ProjectName="a/b")
    refused("ValidationException", unchecked.create_project_version, ProjectArn=birds, VersionName="v6", OutputConfig={"S3Bucket": "no/bucket"})
    refused("ValidationException", unchecked.describe_projects, MaxResults=101)
    refused("MalformedPolicyDocumentException", client.put_project_policy, ProjectArn=birds, PolicyName="all", PolicyDocument="{}")
    refused("ServiceQuotaExceededException", client.tag_resource, ResourceArn=birds, Tags={f"tag{i}": "x" for i in range(51)})


birds = client.describe_projects(ProjectNames=["birds"])["ProjectDescriptions"][0]["ProjectArn"]
lists(birds)
mistakes(birds)
trained = train()
results(*trained)
run_and_delete(*trained)
